/** Reasons or warnings of an answer under a heading, as they were sent; nothing where there are none. */
export const Sentences = ({
  title,
  lines,
  warn = false,
}: {
  title: string;
  lines: readonly string[];
  warn?: boolean;
}) => {
  if (lines.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ul class={`sentences ${warn ? "warnings" : ""}`}>
        {lines.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
};
