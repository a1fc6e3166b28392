import{t as RULE_IDS}from"./rule-ids.js";import{r as EXIT,t as UsageError}from"./arguments.js";import{t as COMMANDS}from"./commands.js";const SHELLS=[`bash`,`zsh`,`fish`];const completion={help:{name:`completion`,usage:`completion SHELL`,summary:`Print the completion of commands, options and their values for bash, zsh or fish.`,operands:[`SHELL`],options:[{name:`help`,short:`h`,help:`This text.`}],examples:[{line:`completion bash > ~/.local/share/bash-completion/completions/kamal-1password`,does:`for bash`},{line:`completion fish > ~/.config/fish/completions/kamal-1password.fish`,does:`for fish`}]},async run(given,terminal){const[shell=``]=given.operands;const helps=await Promise.all(Object.values(COMMANDS).map(async({load})=>(await load()).help));if(shell===`bash`)terminal.out(bash(helps));else if(shell===`zsh`)terminal.out(zsh(helps));else if(shell===`fish`)terminal.out(fish(helps));else throw new UsageError(`completion takes ${SHELLS.join(`, `)}, not “${shell}”.`);return EXIT.clean}};function operandsOf({name}){if(name===`explain`)return RULE_IDS;return name===`completion`?SHELLS:[]}function bash(helps){const cases=helps.map(help=>{const words=[...help.options.map(({name})=>`--${name}`),...operandsOf(help)].join(` `);return`    ${help.name}) words="${words}" ;;\n`});const values=helps.flatMap(({name:command,options})=>options.flatMap(({name,choices})=>choices===void 0?[]:[`    ${command}:--${name}) words="${choices.join(` `)}" ;;\n`]));return`# bash completion of kamal-1password
_kamal_1password() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=""
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W "${helps.map(({name})=>name).join(` `)}" -- "$current"))
    return
  fi
  case "$command:$previous" in
    *:-C|*:--directory) COMPREPLY=($(compgen -d -- "$current")); return ;;
    *:-c|*:--config-file) COMPREPLY=($(compgen -f -- "$current")); return ;;
${values.join(``)}  esac
  [ -n "$words" ] || case "$command" in
${cases.join(``)}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _kamal_1password kamal-1password
`}function zsh(helps){const quoted=text=>text.replaceAll(/['’]/g,`’`).replaceAll(/[[\]:]/g,`\\$&`);const commands=helps.map(({name})=>`    '${name}:${quoted(COMMANDS[name]?.summary??``)}'\n`);const cases=helps.map(help=>{const options=help.options.map(({name,value,choices,help:text,repeatable})=>{const after=value===void 0?``:`:${value}:${choices===void 0?filesFor(name):`(${choices.join(` `)})`}`;return`        '${repeatable===true?`*`:``}--${name}[${quoted(text)}]${after}' \\\n`});const operands=operandsOf(help);const last=operands.length===0?``:`        '1:${help.operands[0]??``}:(${operands.join(` `)})' \\\n`;return`      ${help.name})\n        _arguments \\\n${options.join(``)}${last}        && return ;;\n`});return`#compdef kamal-1password
_kamal_1password() {
  local -a commands
  commands=(
${commands.join(``)}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join(``)}  esac
}
compdef _kamal_1password kamal-1password
`}function filesFor(option){if(option===`directory`)return`_files -/`;return option===`config-file`?`_files`:` `}function fish(helps){const quoted=text=>`'${text.replaceAll(`\\`,`\\\\`).replaceAll(`'`,`\\'`)}'`;const lines=[`# fish completion of kamal-1password`,`complete -c kamal-1password -f`];for(const help of helps){const{name:command,options}=help;lines.push(`complete -c kamal-1password -n __fish_use_subcommand -a ${command} -d ${quoted(COMMANDS[command]?.summary??``)}`);const after=`-n ${quoted(`__fish_seen_subcommand_from ${command}`)}`;for(const{name,short,value,choices,help:text}of options){const parts=[`complete -c kamal-1password ${after} -l ${name}`,...short===void 0?[]:[`-s ${short}`],...value===void 0?[]:[`-r`],...choices===void 0?[]:[`-a ${quoted(choices.join(` `))}`],...name===`directory`||name===`config-file`?[`-F`]:[],`-d ${quoted(text)}`];lines.push(parts.join(` `))}const operands=operandsOf(help);if(operands.length>0)lines.push(`complete -c kamal-1password ${after} -a ${quoted(operands.join(` `))}`)}return`${lines.join(`
`)}\n`}export{completion};