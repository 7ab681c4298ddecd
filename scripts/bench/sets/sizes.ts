/** What is listed, and what is read to its end. */
export interface Size {
  readonly sets: number;
  readonly megabytes: number;
}

export const sizes = {
  full: { sets: 5_000, megabytes: 10_240 },
  /** The same in seconds. */
  small: { sets: 150, megabytes: 512 },
} as const satisfies Readonly<Record<string, Size>>;

export const isSize = (text: string): text is keyof typeof sizes => Object.hasOwn(sizes, text);
