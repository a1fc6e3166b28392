export { t as deploy } from "./deploy.js";
