import{i as width,n as padTo}from"./visible.js";import{t as COMMANDS}from"./commands.js";function overview(version){const names=Object.keys(COMMANDS);const column=Math.max(...names.map(width))+2;return`kamal-1password ${version}: the secrets of a Kamal deploy, seen before the deploy.

Usage: kamal-1password COMMAND [options]

Commands:
${names.map(name=>`  ${padTo(name,column)}${COMMANDS[name]?.summary??``}\n`).join(``)}
kamal-1password COMMAND --help tells more. Exit codes: 0 nothing to say, 1 findings,
2 wrong usage, 3 could not run.
`}function commandHelp({usage,summary,options,examples}){const left=options.map(({name,short,value})=>`${short===void 0?`    `:`-${short}, `}--${name}${value===void 0?``:` ${value}`}`);const column=Math.max(...left.map(width))+2;return`${summary}

Usage: kamal-1password ${usage}

Options:
${options.map(({help},index)=>`  ${padTo(left[index]??``,column)}${help}\n`).join(``)}
Examples:
${examples.map(({line,does})=>`  kamal-1password ${line}\n      ${does}\n`).join(``)}`}export{commandHelp,overview};