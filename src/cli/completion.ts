import { Argument, Command, type Option } from 'commander';
import type { CreateCommand } from './command.ts';
import { knownClusters } from './zeebe-cluster.ts';

/**
 * Each asks `__complete` for the candidates, and completes files where there are none: one logic for all of them. A script of zsh is
 * either sourced or, found by its name in the fpath, run as the function itself at the first completion.
 */
const scripts = {
  bash: `_camunda_backup() {
  local IFS=$'\\n'
  COMPREPLY=($(camunda-backup __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _camunda_backup camunda-backup
`,
  zsh: `#compdef camunda-backup
_camunda-backup() {
  local -a candidates
  candidates=("\${(@f)$(camunda-backup __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${candidates[1]}" ]]; then compadd -- "\${candidates[@]}"; else _files; fi
}
if [[ $funcstack[1] == _camunda-backup ]]; then _camunda-backup "$@"; else compdef _camunda-backup camunda-backup; fi
`,
  fish: `function __camunda_backup_complete
    set -l words (commandline -opc) (commandline -ct)
    camunda-backup __complete -- $words[2..-1] 2>/dev/null | string match -r '.+'
    or __fish_complete_path (commandline -ct)
end
complete -c camunda-backup -f -a '(__camunda_backup_complete)'
`,
} as const;

const shells = ['bash', 'zsh', 'fish'] as const;

const examples = `
Examples:
  $ source <(camunda-backup completion bash)
  $ camunda-backup completion zsh > "\${fpath[1]}/_camunda-backup"
  $ camunda-backup completion fish > ~/.config/fish/completions/camunda-backup.fish`;

/** `completion <shell>` */
export const createCompletion: CreateCommand = (cli) =>
  new Command('completion')
    .summary('print the completion of a shell: commands, options, clusters')
    .description('Prints a script that lets the shell complete commands, options and the names in the cluster file.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText('after', examples)
    .action((shell: (typeof shells)[number]) => cli.data(scripts[shell]));

/** `__complete -- <words>`: what the scripts ask; the last word is the one that is being typed. */
export const createComplete: CreateCommand = (cli) =>
  new Command('__complete')
    .argument('[words...]')
    .action((words: readonly string[], _options: unknown, self: Command) => {
      if (self.parent === null) return;
      cli.data(candidates(self.parent, words, () => knownClusters(cli)).join('\n') + '\n');
    });

/** None where only the shell knows: after an option that takes a path, say. */
export function candidates(
  program: Command,
  words: readonly string[],
  clusters: () => readonly string[],
): readonly string[] {
  const before = words.slice(0, -1);
  const [typed, inline] = typedOf(words.at(-1) ?? '');
  if (inline !== undefined) before.push(inline);
  let command = program;
  let positional = 0;
  let awaits: Option | undefined;
  for (const word of before) {
    if (awaits !== undefined) {
      // Bash makes three words of "--output=json".
      if (word !== '=') awaits = undefined;
    } else if (word.startsWith('-')) {
      const option = optionsOf(command, program).find(({ short, long }) => short === word || long === word);
      if (option?.required === true) awaits = option;
    } else {
      const sub = command.commands.find((each) => each.name() === word);
      if (sub === undefined) positional += 1;
      else command = sub;
    }
  }
  const startsSo = (candidate: string): boolean => candidate.startsWith(typed);
  if (awaits !== undefined) {
    const values = (awaits.argChoices ?? []).filter(startsSo);
    return inline === undefined ? values : values.map((value) => `${inline}=${value}`);
  }
  if (inline !== undefined) return [];
  if (typed.startsWith('-')) {
    const flags = optionsOf(command, program).flatMap((option) => option.long ?? []);
    return [...new Set([...flags, '--help'])].filter(startsSo);
  }
  const subs = command.createHelp().visibleCommands(command);
  if (subs.length > 0) return subs.map((each) => each.name()).filter(startsSo);
  const argument = command.registeredArguments[positional];
  if (argument?.name() === 'cluster') return clusters().filter(startsSo);
  return (argument?.argChoices ?? []).filter(startsSo);
}

/** What is being typed, and the option in front of it where it is in the same word. */
function typedOf(word: string): readonly [string, string?] {
  const [, option, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  if (option !== undefined) return [value ?? '', option];
  return [word === '=' ? '' : word];
}

const optionsOf = (command: Command, program: Command): readonly Option[] => [...command.options, ...program.options];
