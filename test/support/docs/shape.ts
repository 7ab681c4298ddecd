/** What stays of a line when its figures, times and IDs are left out. */
export const shapeOf = (line: string): string =>
  line
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<run>')
    .replaceAll(/[A-Z_]+ [A-Z_]+(?= of instance)/g, '<record>')
    .replaceAll(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b/g, '<day>')
    .replaceAll(/\d[\d,.]*( (ms|s|min)\b)?/g, '<n>')
    .replaceAll(/\s+/g, ' ')
    .trim();

/**
 * The lines of a documented output that the true one does not have, by their shapes: figures may differ, and so may the order. Three
 * dots end a line that was cut, or stand for lines that were left out.
 */
export function missingLines(documented: string, printed: string): readonly string[] {
  const shapes = printed.split('\n').map(shapeOf);
  return documented.split('\n').filter((line) => {
    const shape = shapeOf(line);
    if (shape === '' || shape === '...') return false;
    const wanted = shape.replace(/ ?\.\.\.$/, '');
    return !shapes.some((each) => (wanted === shape ? each === shape : each.startsWith(wanted)));
  });
}
