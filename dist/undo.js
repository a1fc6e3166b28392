export { t as undo } from "./undo2.js";
