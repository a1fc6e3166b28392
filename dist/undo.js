export { n as undo } from "./undo2.js";
