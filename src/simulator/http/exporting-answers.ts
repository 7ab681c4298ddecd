import { json } from './answers.ts';

/** What the exporting endpoint answers after it did what it was asked for. */
export const exportingDone = (): Response => json(200, { body: null, status: 204, contentType: null });

/**
 * HTTP 200 whatever happened: the endpoint serialises its result instead of sending it. `className` is where the
 * exception came from.
 */
export function exportingFailed(message: string | null, className: string, status = 500): Response {
  const frame = {
    classLoaderName: 'app',
    moduleName: null,
    moduleVersion: null,
    methodName: 'post',
    fileName: `${className}.java`,
    lineNumber: 46,
    className: `io.camunda.zeebe.shared.management.${className}`,
    nativeMethod: false,
  };
  const body = { cause: null, stackTrace: [frame], message, suppressed: [], localizedMessage: message };
  return json(200, { body, status, contentType: null });
}
