/** Columns where there is no terminal. */
const WIDTH = 100;

/** A text in lines of at most as many columns as the terminal has, broken at blanks; each begins with `indent`. */
export function wrapped(text: string, indent = '  '): string {
  const width = process.stdout.isTTY ? process.stdout.columns || WIDTH : WIDTH;
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && indent.length + line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.map((line) => indent + line).join('\n');
}
