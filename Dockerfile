# Debian, not Alpine: the Temporal SDK's native module needs glibc.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build-workflow-bundle.ts scripts/slim-modules.mjs scripts/
COPY src src
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts \
 && node scripts/slim-modules.mjs node_modules dist

FROM node:20-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production CAMUNDA_BACKUP_MONITORING_ADDRESS=0.0.0.0:9465
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json LICENSE ./
# So that `docker exec` and `kubectl exec` find the command line.
RUN chmod +x dist/cli.js && ln -s /app/dist/cli.js /usr/local/bin/camunda-backup
# By number: Kubernetes cannot tell from a name that it is not root.
USER 1000:1000
STOPSIGNAL SIGTERM
# The image has no curl. An outage of Temporal is no reason to restart a worker: that would be /readyz.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=5 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.CAMUNDA_BACKUP_MONITORING_ADDRESS.split(':').at(-1)}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/worker.js"]
