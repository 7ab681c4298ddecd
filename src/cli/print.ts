/** One JSON value, for a script or a person. */
export const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;
