import{T as wrapped,ir as padTo,lr as jsonDocument,n as COMMANDS,or as width}from"./check.js";const GROUPS={"Set up and check":[`init`,`check`,`doctor`],"Change secrets":[`add`,`rename`,`remove`,`fix`],"Servers and failed deploys":[`status`,`verify`,`diagnose`,`preview`],More:[`rules`,`explain`,`lsp`,`mcp`,`completion`]};function overview(version,{cells,typed}){const column=Math.max(...Object.keys(COMMANDS).map(width))+2;const line=name=>`  ${padTo(name,column)}${wrapped(COMMANDS[name]?.summary??``,cells,column+2)}\n`;const groups=Object.entries(GROUPS).map(([title,names])=>`${title}:\n${names.map(line).join(``)}`);const said=(text,indent=0)=>wrapped(text,cells,indent,0);return`${said(`kamal-1password ${version}: check the secrets of a Kamal deploy before you deploy.`)}

Usage: ${typed(`COMMAND [options]`)}

${groups.join(`
`)}
${said(`Exit codes: 0 no errors, 1 errors (check --fail-on changes what counts), 2 wrong usage, 3 could not run.`)}
${said(`Every command but lsp and mcp takes --json; the schemas are in docs/.`)}

${said(`Next: \`${typed(`COMMAND --help`)}\` shows options and examples.`,6)}
`}function commandHelp({usage,summary,options,examples},{cells,typed}){const left=options.map(({name,short,value})=>`${short===void 0?`    `:`-${short}, `}--${name}${value===void 0?``:` ${value}`}`);const column=Math.max(...left.map(width))+4;return`${wrapped(summary,cells,0)}

Usage: ${typed(usage)}

Options:
${options.map(({help},index)=>`  ${padTo(left[index]??``,column-2)}${wrapped(help,cells,column)}\n`).join(``)}
Examples:
${examples.map(({line,does})=>`  ${typed(line)}\n      ${does}\n`).join(``)}`}function helpJson(commands){return jsonDocument({exitCodes:{0:`no errors`,1:`errors`,2:`wrong usage`,3:`could not run`},commands:commands.map(({name,usage,summary,operands,options,examples})=>({name,usage,summary,operands,options:options.map(({name:option,short,value,choices,repeatable,help})=>({name:option,short:short??null,value:value??null,choices:choices??null,repeatable:repeatable??false,help})),examples}))})}export{commandHelp,helpJson,overview};