/** Columns of a terminal; what is not one, such as a file, gets so many. */
const usualWidth = 100;

/** Rows of a table have cells apart by two spaces; they are not broken. */
const isRow = (line: string): boolean => /\S {2,}\S/.test(line);

const wrapLine = (line: string, width: number): string[] => {
  const indent = /^ */.exec(line)![0];
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(/ +/)) {
    const isFirst = current.trim() === "";
    if (!isFirst && current.length + 1 + word.length > width) {
      lines.push(current);
      current = `${indent}  ${word}`;
    } else current += isFirst ? word : ` ${word}`;
  }
  return [...lines, current];
};

/**
 * Breaks sentences that are longer than a line between words, the rest of each further in; tables stay whole, and so
 * does a word that is longer than a line.
 */
export const wrapText = (text: string, width: number = usualWidth): string =>
  text
    .split("\n")
    .flatMap((line) => (line.length <= width || isRow(line) ? [line] : wrapLine(line, width)))
    .join("\n");
