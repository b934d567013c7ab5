import { type Html, type HtmlPart, markup } from '../present/index.ts';

/** One column of a table on a page. */
export interface TableColumn {
  readonly name: string;
  /** Written to the right. */
  readonly isNumber?: boolean;
  /** Never broken, such as an instant. */
  readonly isWhole?: boolean;
}

/** A table with a caption, that moves sideways where it is wider than its page. The first column names the row where `named`. */
export function plainTable(table: {
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly HtmlPart[])[];
  readonly named?: boolean;
}): Html {
  const { caption, columns, rows, named = false } = table;
  const heads = columns.map((column) => markup`<th scope="col"${classOf(column)}>${breakable(column.name)}</th>`);
  const lines = rows.map((row) => {
    const cells = columns.map((column, index) =>
      named && index === 0
        ? markup`<th scope="row"${classOf(column)}>${row[index]}</th>`
        : markup`<td${classOf(column)}>${row[index]}</td>`,
    );
    return markup`<tr>${cells}</tr>\n`;
  });
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${lines}</tbody>
</table></div>`;
}

function classOf({ isNumber = false, isWhole = false }: TableColumn): Html | null {
  if (isNumber) return markup` class="number"`;
  return isWhole ? markup` class="time"` : null;
}

/** A name that is broken after an underscore, if it has to be: in no other place, or it could not be read. */
function breakable(name: string): HtmlPart {
  const [first = '', ...rest] = name.split('_');
  return rest.length === 0 ? name : [first, ...rest.map((part) => markup`_<wbr>${part}`)];
}
