import { ageText } from "../../domain/age-text.ts";
import type { Meta } from "../api-types.ts";
import { Age } from "./age.tsx";

/** When numbers were made, and how old the oldest price behind them is. */
export const AsOf = ({ meta }: { meta: Pick<Meta, "at" | "data_age_s"> }) => (
  <>
    as of <Age at={meta.at} ago />
    {meta.data_age_s !== null && `, oldest price ${ageText(meta.data_age_s)}`}
  </>
);

/** The note of a panel, with the time of its numbers once they are there. */
export const Dated = ({
  note,
  meta,
}: {
  note: string;
  meta: Pick<Meta, "at" | "data_age_s"> | undefined;
}) => (
  <>
    {note}
    {meta && (
      <>
        ; <AsOf meta={meta} />
      </>
    )}
  </>
);
