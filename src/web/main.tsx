import { render } from "preact";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/panel.css";
import "./styles/figures.css";
import "./styles/words.css";
import "./styles/table.css";
import "./styles/form.css";
import "./styles/what-if.css";
import "./styles/chart.css";
import "./styles/picture.css";
import { App } from "./app.tsx";

const root = document.getElementById("app");
if (root) {
  root.textContent = "";
  render(<App />, root);
}
