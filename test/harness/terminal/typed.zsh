# Types lines into an interactive shell on a terminal of its own, the tab key after each, and prints what stands on the
# line then: typed.zsh bash|zsh SCRIPT LINE…
zmodload zsh/zpty
shell=$1 script=$2
shift 2
# What is sent is echoed too: the marks are put together only where they are printed.
case $shell in
  bash)
    zpty typist bash --norc --noprofile -i
    zpty -w typist "stty -echo rows 50 cols 300; unset HISTFILE; PS1= PS2=; bind 'set bell-style none'; . '$script'; show() { echo \"is\"\"[\$READLINE_LINE]\"; READLINE_LINE=; }; bind -x '\"\\C-o\": show'; echo rea\"\"dy"
    ;;
  zsh)
    zpty typist zsh -f -i
    load=". '$script'"
    # A file of \$fpath, as it is installed.
    [[ ${script:t} == _* ]] && load=true
    zpty -w typist "stty -echo rows 50 cols 300; PS1= PS2= RPS1=; fpath=('${script:h}' \$fpath); autoload -U compinit; compinit -u -D; $load; show() { print -r -- \"is\"\"[\$BUFFER]\"; BUFFER=; }; zle -N show; bindkey '^O' show; print rea\"\"dy"
    ;;
esac
zpty -r typist seen '*ready*'
for line; do
  zpty -w -n typist "$line"$'\t\x0f'
  zpty -r typist seen '*is\[*\]*'
  print -r -- "${${seen##*is\[}%%\]*}"
done
zpty -d typist
