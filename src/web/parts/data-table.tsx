import type { ComponentChildren } from "preact";
import { Fragment } from "preact";
import { useRef, useState } from "preact/hooks";
import { nextSort, type Sort, type SortValue } from "../lib/sort.ts";

export interface Column<T> {
  readonly key: string;
  readonly label: string;
  /** Unit or second line of the head. */
  readonly unit?: string;
  readonly title?: string;
  readonly align?: "left" | "right";
  /** Absent: the column cannot be sorted. */
  readonly sortValue?: (row: T) => SortValue;
  readonly descendingFirst?: boolean;
  readonly cell: (row: T) => ComponentChildren;
}

interface Props<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  /** Already in order: who owns the rows sorts them. */
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  readonly sort?: Sort | null;
  readonly onSort?: (sort: Sort) => void;
  readonly onOpen?: (row: T) => void;
  readonly rowClass?: (row: T) => string;
  /** Rows that follow each other with the same word stand beneath it as a heading. */
  readonly groupOf?: (row: T) => string;
  /** What an opened row shows beneath itself. */
  readonly detail?: (row: T) => ComponentChildren;
  readonly opened?: string | null;
  readonly empty: ComponentChildren;
  /** Scrolls in a box of some 320 px, its heads in sight. */
  readonly tall?: boolean;
}

const Head = <T,>({ column, sort, onSort }: { column: Column<T> } & Pick<Props<T>, "sort" | "onSort">) => {
  const active = sort?.key === column.key;
  const content = (
    <>
      {column.label === "" ? <span class="hidden">as a bar</span> : <span>{column.label}</span>}
      {column.unit !== undefined && <small>{column.unit}</small>}
    </>
  );
  const order = active ? (sort.descending ? "descending" : "ascending") : undefined;
  return (
    <th scope="col" class={column.align === "right" ? "right" : ""} aria-sort={order} title={column.title}>
      {column.sortValue && onSort ? (
        <button
          type="button"
          onClick={() => onSort(nextSort(sort ?? null, column.key, column.descendingFirst ?? false))}
        >
          {content}
          <i aria-hidden="true">{active ? (sort.descending ? "▾" : "▴") : ""}</i>
        </button>
      ) : (
        content
      )}
    </th>
  );
};

const jumps: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowUp: (at) => Math.max(0, at - 1),
  PageDown: (at, last) => Math.min(last, at + 15),
  PageUp: (at) => Math.max(0, at - 15),
  Home: () => 0,
  End: (_, last) => last,
};

/** A table that scrolls inside itself, sorts by its heads and is walked with the arrow keys. */
export const DataTable = <T,>(props: Props<T>) => {
  const { caption, columns, rows, rowKey, onOpen, rowClass, groupOf, detail, opened, empty, tall } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const [current, setCurrent] = useState(0);
  const tabStop = Math.min(current, rows.length - 1);

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    if (!target.matches("tr[data-row]")) return;
    const row = rows[tabStop];
    if (event.key === "Enter" && row !== undefined && onOpen) {
      event.preventDefault();
      onOpen(row);
      return;
    }
    const jump = jumps[event.key];
    if (!jump) return;
    event.preventDefault();
    const next = jump(tabStop, rows.length - 1);
    setCurrent(next);
    body.current?.querySelectorAll<HTMLElement>("tr[data-row]")[next]?.focus();
  };

  return (
    <div class={tall ? "table-box tall" : "table-box"}>
      <table role={detail ? "treegrid" : undefined}>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={props.sort ?? null} {...onSortOf(props)} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {rows.map((row, index) => (
            <Fragment key={rowKey(row)}>
              {groupOf && (index === 0 || groupOf(row) !== groupOf(rows[index - 1]!)) && (
                <tr class="group">
                  <th scope="rowgroup" colSpan={columns.length}>
                    {groupOf(row)}
                  </th>
                </tr>
              )}
              <tr
                data-row={rowKey(row)}
                tabIndex={index === tabStop ? 0 : -1}
                class={`${rowClass?.(row) ?? ""} ${onOpen ? "opens" : ""}`}
                aria-expanded={detail ? opened === rowKey(row) : undefined}
                onFocus={() => setCurrent(index)}
                onClick={(event) => {
                  if (!(event.target as HTMLElement).closest("a, button, summary")) onOpen?.(row);
                }}
              >
                {columns.map((column) => (
                  <td key={column.key} class={column.align === "right" ? "right" : ""}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
              {detail && opened === rowKey(row) && (
                <tr class="detail">
                  <td colSpan={columns.length}>{detail(row)}</td>
                </tr>
              )}
            </Fragment>
          ))}
          {rows.length === 0 && (
            <tr>
              <td colSpan={columns.length} class="none">
                {empty}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
};

const onSortOf = <T,>({ onSort }: Props<T>): { onSort?: (sort: Sort) => void } => (onSort ? { onSort } : {});
