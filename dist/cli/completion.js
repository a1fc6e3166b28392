import{At as didYouMean,D as EXIT,_ as UsageError,lr as jsonDocument,pr as RULE_IDS}from"./check.js";const SHELLS=[`bash`,`zsh`,`fish`];const completionOf=commands=>({help:{name:`completion`,usage:`completion SHELL`,summary:`Print a completion script for bash, zsh or fish.`,operands:[`SHELL`],choices:SHELLS,options:[{name:`json`,help:`Print the script as JSON (docs/completion.schema.json).`},{name:`help`,short:`h`,help:`Show this help.`}],examples:[{line:`completion bash > ~/.local/share/bash-completion/completions/kamal-1password`,does:`for bash`},{line:'completion zsh > "${fpath[1]}/_kamal-1password"',does:"for zsh, after `autoload -U compinit && compinit` in ~/.zshrc"},{line:`completion fish > ~/.config/fish/completions/kamal-1password.fish`,does:`for fish`}]},async run(given,terminal){const[shell=``]=given.operands;const helps=await Promise.all(Object.values(commands).map(async({summary,load})=>({...(await load()).help,summary})));const name=SHELLS.find(each=>each===shell);if(name===void 0)throw new UsageError(`completion takes ${SHELLS.join(`, `)}, not “${shell}”.${didYouMean(shell,SHELLS)}`);const script={bash,zsh,fish}[name](helps);terminal.out(given.has(`json`)?jsonDocument({shell:name,script}):script);return EXIT.clean}});function operandsOf({name}){if(name===`explain`)return RULE_IDS;return name===`completion`?SHELLS:[]}const TAKES_FILES=[`diagnose`];const TAKES_SECRET=[`rename`,`remove`];const DESTINATIONS=String.raw`ls config 2>/dev/null | LC_ALL=C sed -n 's/^deploy\.\([A-Za-z0-9_][A-Za-z0-9_.-]*\)\.ya\{0,1\}ml$/\1/p'`;const SECRETS=String.raw`find -L .kamal -maxdepth 1 -type f -name 'secrets*' -exec head -c 1000000 {} + 2>/dev/null | LC_ALL=C sed -n 's/^\(export \)\{0,1\}\([A-Za-z_][A-Za-z0-9_]*\)=.*/\2/p' | sort -u`;function bash(helps){const cases=helps.map(help=>{const words=[...help.options.map(({name})=>`--${name}`),...operandsOf(help)].join(` `);const secrets=TAKES_SECRET.includes(help.name)?` $(_kamal_1password_secrets)`:``;return`    ${help.name}) words="${words}${secrets}" ;;\n`});const values=helps.flatMap(({name:command,options})=>options.flatMap(({name,choices})=>choices===void 0?[]:[`    ${command}:--${name}) words="${choices.join(` `)}" ;;\n`]));return`# bash completion of kamal-1password
_kamal_1password_destinations() { ${DESTINATIONS}; }
_kamal_1password_secrets() { ${SECRETS}; }
_kamal_1password() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]} words=""
  # Readline takes --option=value apart at the sign.
  if [ "$current" = "=" ]; then current=""; fi
  if [ "$previous" = "=" ]; then previous=\${COMP_WORDS[COMP_CWORD-2]}; fi
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W "${[...helps.map(({name})=>name),`help`,`--help`,`--version`].join(` `)}" -- "$current"))
    return
  fi
  case "$command:$previous" in
    *:-C|*:--directory) compopt -o filenames; COMPREPLY=($(compgen -d -- "$current")); return ;;
    *:-c|*:--config-file) compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); return ;;
${TAKES_FILES.map(name=>`    ${name}:*) case "$current" in -*) ;; *) compopt -o filenames; COMPREPLY=($(compgen -f -- "$current")); return ;; esac ;;\n`).join(``)}    *:-d|*:--destination) words=$(_kamal_1password_destinations) ;;
${values.join(``)}  esac
  [ -n "$words" ] || case "$command" in
    help) words="${helps.map(({name})=>name).join(` `)}" ;;
${cases.join(``)}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _kamal_1password kamal-1password
`}function zsh(helps){const commands=[...helps.map(({name,summary})=>`    '${name}:${zshQuoted(summary)}'\n`),`    'help:show help for a command'
`];const cases=helps.map(help=>{const options=help.options.map(({name,short,value,choices,help:text,repeatable})=>{const after=value===void 0?``:`:${value}:${valuesOf(name,choices)}`;const rest=`'[${zshQuoted(text)}]${after}' \\\n`;const names=short===void 0?`--${name}`:`{-${short},--${name}}`;const once=short===void 0?``:`'(-${short} --${name})'`;return`        ${repeatable===true?`'*'`:once}${names}${rest}`});return`      ${help.name})\n        _arguments \\\n${options.join(``)}${operandFor(help)}        && return ;;\n`});return`#compdef kamal-1password
_kamal-1password() {
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
      help) _describe command commands && return ;;
${cases.join(``)}  esac
}
_kamal-1password_destinations() {
  local -a found
  found=(\${(f)"$(${DESTINATIONS})"})
  compadd -a found
}
_kamal-1password_secrets() {
  local -a found
  found=(\${(f)"$(${SECRETS})"})
  compadd -a found
}
# Loaded as a file of $fpath this is the function itself; sourced, it has to be announced.
if [ "$funcstack[1]" = "_kamal-1password" ]; then
  _kamal-1password "$@"
else
  compdef _kamal-1password kamal-1password
fi
`}function valuesOf(option,choices){if(choices!==void 0)return`(${choices.join(` `)})`;if(option===`directory`)return`_files -/`;if(option===`destination`)return`_kamal-1password_destinations`;return option===`config-file`?`_files`:` `}function operandFor(help){const[name=``]=help.operands;if(TAKES_FILES.includes(help.name))return`        '*:FILE:_files' \\\n`;if(TAKES_SECRET.includes(help.name))return`        '1:${name}:_kamal-1password_secrets' \\\n`;const operands=operandsOf(help);return operands.length===0?``:`        '1:${name}:(${operands.join(` `)})' \\\n`}function takesFile(option){return option===`directory`||option===`config-file`}function fish(helps){const quoted=text=>`'${text.replaceAll(`\\`,`\\\\`).replaceAll(`'`,`\\'`)}'`;const add=(...parts)=>[`complete -c kamal-1password`,...parts].join(` `);const lines=[`# fish completion of kamal-1password`,add(`-f`),add(`-n __fish_use_subcommand -a help -d 'show help for a command'`),add(`-n '__fish_seen_subcommand_from help' -a ${quoted(helps.map(({name})=>name).join(` `))}`)];for(const help of helps){const{name:command,summary,options}=help;lines.push(add(`-n __fish_use_subcommand -a ${command} -d ${quoted(summary)}`));const after=`-n ${quoted(`__fish_seen_subcommand_from ${command}`)}`;for(const{name,short,value,choices,help:text}of options)lines.push(add(after,`-l ${name}`,...short===void 0?[]:[`-s ${short}`],...value===void 0?[]:[takesFile(name)?`-r -F`:`-x`],...choices===void 0?[]:[`-a ${quoted(choices.join(` `))}`],...name===`destination`?[`-a ${quoted(`(${DESTINATIONS})`)}`]:[],`-d ${quoted(text)}`));const operands=operandsOf(help);if(operands.length>0)lines.push(add(after,`-a ${quoted(operands.join(` `))}`));if(TAKES_FILES.includes(command))lines.push(add(after,`-F`));if(TAKES_SECRET.includes(command))lines.push(add(after,`-a ${quoted(`(${SECRETS})`)}`))}return`${lines.join(`
`)}\n`}function zshQuoted(text){return text.replaceAll(/['’]/g,`’`).replaceAll(/[[\]:]/g,`\\$&`)}export{completionOf};