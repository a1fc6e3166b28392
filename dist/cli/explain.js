import{n as EXPLANATIONS,t as CAUSES}from"./causes.js";import{n as nearest}from"./nearest.js";import{r as rules}from"./rules.js";import{t as palette}from"./palette.js";import{r as EXIT,t as UsageError}from"./arguments.js";import{n as toJson}from"./rules4.js";import{o as wantsColour,t as COMMON_OPTIONS}from"./shared-options.js";const explain={help:{name:`explain`,usage:`explain RULE [options]`,summary:`Say what a rule of the check or a cause of the diagnosis means, with an example and its remedy.`,operands:[`RULE`],options:[{name:`json`,help:`The same as JSON.`},...COMMON_OPTIONS],examples:[{line:`explain secret-missing`,does:"a rule of `check`"},{line:`explain registry-auth`,does:"a cause of `diagnose`"}]},run(given,terminal){const[name=``]=given.operands;const rule=Object.values(rules).find(({id})=>id===name);const cause=CAUSES.find(each=>each===name);if(rule===void 0&&cause===void 0){const meant=nearest(name,[...Object.keys(rules),...CAUSES]);throw new UsageError(`There is neither a rule nor a cause called “${name}”.${meant===null?" `kamal-1password rules` lists the rules.":` Did you mean ${meant}?`}`)}const colours=palette(wantsColour(given,terminal));if(given.has(`json`))terminal.out(`${JSON.stringify({schemaVersion:1,rule:rule===void 0?null:toJson(rule),cause:cause===void 0?null:{id:cause,...explained(cause)}},null,2)}\n`);else terminal.out(rule===void 0?causeText(cause??`unknown`,colours):ruleText(rule,colours));return EXIT.clean}};const NOBODY={host:null,role:null,secret:null,vault:null,item:null,subject:null,phase:null};function explained(cause){const{human=[],agent=[]}=EXPLANATIONS[cause].next(NOBODY);return{means:EXPLANATIONS[cause].means(NOBODY),human,agent}}function causeText(cause,colours){const{means,human,agent}=explained(cause);const steps=[...human.map(step=>`  [ ] ${step}`),...agent.map(step=>`  - ${step}`)];return`${colours.bold(cause)} (a cause that \`diagnose\` names)\n\n${means}\n${steps.length===0?``:`\n${steps.join(`
`)}\n`}`}function ruleText({id,severity,title,why,seenIn,who,examples},colours){const project=files=>Object.entries(files).map(([file,text])=>`  ${colours.frame(file)}\n${text.trimEnd().split(`
`).map(line=>`    ${line}`).join(`
`)}\n`).join(`
`);const mends=who.map(each=>each===`human`?`a person`:`whoever edits files`).join(` or `);return`${colours.bold(id)} (${colours[severity](severity)}): ${title}

${why.trim()}

Seen in ${seenIn}. Mended by ${mends}.

${colours.bold(`Not like this`)}
${project(examples.failing)}
${colours.bold(`But like this`)}
${project(examples.fixed)}
Weigh it otherwise with --rule ${id}=error|warning|info|off; let one line be with a comment above it:
  # kamal-1password: ignore ${id} — why this is meant
`}export{explain};