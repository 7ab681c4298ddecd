/** In the cluster file and in the catalogue's keys. */
export const cluster = 'prod';
