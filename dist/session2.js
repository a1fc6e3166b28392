export { t as PATIENCE, n as signIn } from "./session.js";
