/** What the marks around prices mean. */
export const Legend = () => (
  <p class="legend">
    <span>
      <span class="price executable">2.49</span> executable: orderable now
    </span>
    <span>
      <span class="price indicative">2.49</span> indicative: list price, statistic or stock not told
    </span>
    <span>
      <span class="price indicative stale">2.49</span> stale
    </span>
    <span>— unknown; hover for the reason</span>
  </p>
);
