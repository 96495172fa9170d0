import { Panel } from "./panel.tsx";

/** The frame of a panel while what it shows is on its way, so that nothing below it jumps. */
export const Pending = ({ title, failed, height }: { title: string; failed: boolean; height: number }) => (
  <Panel title={title} busy={!failed}>
    <p class="chart-note" style={failed ? {} : { minHeight: `${height}px` }}>
      {failed ? "It did not load." : "Loading…"}
    </p>
  </Panel>
);
