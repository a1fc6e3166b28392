// src/onepassword/session/proxy.ts
/**
* Makes requests follow `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` (in either case), for the whole process: the SDK's
* `fetch` and our own download alike. Node ignores them unless `NODE_USE_ENV_PROXY=1` was set before it started, which
* an action has no hand in, or it is switched on (from 24.14 on: nodejs.org/api/http.html, "Built-in proxy support").
* `op`, Kamal and ssh do that themselves. Call it before the first request. `node:http` is loaded only where there is a
* proxy: that takes some 20 ms.
*/
async function followProxy(env) {
	if ([
		"https_proxy",
		"HTTPS_PROXY",
		"http_proxy",
		"HTTP_PROXY"
	].every((name) => (env[name] ?? "") === "")) return "none";
	if (env["NODE_USE_ENV_PROXY"] === "1") return "followed";
	const http = await import("node:http");
	if (!("setGlobalProxyFromEnv" in http)) return "not-followed";
	http.setGlobalProxyFromEnv({ ...env });
	return "followed";
}
export { followProxy as t };
