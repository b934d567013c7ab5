/** What a text of SQL is made of, as far as it tells where a statement ends: texts, names, comments of a line. */
const PART =
  /[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|--[^\n]*|\/\*|;|[\w\u0080-\uffff]+|[\s\S]/gy;

/**
 * The statements of a text, each as it stands there, without the semicolon at its end. What is left open ends with the text.
 * Where this is wrong, the engine is asked for what is no statement, and says so: each is checked by itself.
 */
export function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let [begin, isAny] = [0, false];
  const end = (at: number): void => {
    if (isAny) statements.push(text.slice(begin, at).trim());
    isAny = false;
  };
  PART.lastIndex = 0;
  for (let match = PART.exec(text); match !== null; match = PART.exec(text)) {
    const [part] = match;
    if (part === ';') {
      end(match.index);
      begin = PART.lastIndex;
    } else if (part === '/*') PART.lastIndex = endOfComment(text, PART.lastIndex);
    else if (!part.startsWith('--') && part.trim() !== '') isAny = true;
  }
  end(text.length);
  return statements;
}

/** Where a comment ends that has begun; comments may hold comments. */
function endOfComment(text: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  for (let depth = 1; depth > 0; ) {
    const match = mark.exec(text);
    if (match === null) return text.length;
    depth += match[0] === '/*' ? 1 : -1;
  }
  return mark.lastIndex;
}
