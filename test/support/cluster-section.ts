export { clusterSection } from '../../src/simulator/index.ts';
