package fcvm.cli;

import java.util.List;
import java.util.stream.Collectors;

/// Completions for bash: one function that finds the command among the words typed so far, then
/// offers what its table has.
final class BashCompletions {
  private BashCompletions() {}

  static String of(List<Completion> commands) {
    StringBuilder script =
        new StringBuilder(
            """
            # bash completion for fcvm
            _fcvm() {
              local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
              local command= arguments=0 i word
              for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                case "$command|$word" in
            """);
    for (Completion group : commands) {
      for (Completion.Word word : group.words()) {
        String name = group.name().isEmpty() ? word.text() : group.name() + " " + word.text();
        script.append(
            "      '%s|%s') command='%s' ;;%n".formatted(group.name(), word.text(), name));
      }
    }
    for (Completion command : commands) {
      String valued = names(command, true);
      if (!valued.isEmpty()) {
        script.append("      %s) ((i++)) ;;%n".formatted(patterns(command, valued)));
      }
    }
    script.append(
        """
              *'|-'*) ;;
              *) ((arguments++)) ;;
            esac
          done
          case "$command|$prev" in
        """);
    for (Completion command : commands) {
      for (Completion.Flag flag : command.options()) {
        appendValues(script, command, flag);
      }
    }
    script.append("  esac\n  case \"$command\" in\n");
    for (Completion command : commands) {
      appendCommand(script, command);
    }
    return script.append("  esac\n}\ncomplete -o default -F _fcvm fcvm\n").toString();
  }

  private static String names(Completion command, boolean valued) {
    return command.options().stream()
        .filter(flag -> flag.hasValue() || !valued)
        .flatMap(flag -> flag.names().stream())
        .collect(Collectors.joining(" "));
  }

  private static String patterns(Completion command, String names) {
    return List.of(names.split(" ")).stream()
        .map(name -> "'" + command.name() + "|" + name + "'")
        .collect(Collectors.joining("|"));
  }

  private static void appendValues(StringBuilder script, Completion command, Completion.Flag flag) {
    if (!flag.hasValue()) {
      return;
    }
    String action;
    if (!flag.values().isEmpty()) {
      action = offer(String.join(" ", flag.values()));
    } else if (flag.isFile()) {
      action = "COMPREPLY=($(compgen -f -- \"$cur\"))";
    } else {
      action = "COMPREPLY=()";
    }
    String names = String.join(" ", flag.names());
    script.append("    %s) %s; return ;;%n".formatted(patterns(command, names), action));
  }

  private static void appendCommand(StringBuilder script, Completion command) {
    script.append("    '%s')%n".formatted(command.name()));
    String words =
        command.words().stream().map(Completion.Word::text).collect(Collectors.joining(" "));
    String first = (words + " " + String.join(" ", command.arguments())).strip();
    script.append("      if [[ $cur == -* && $arguments -eq 0 ]]; then\n        ");
    script.append(offer(names(command, false))).append('\n');
    if (command.takesVm()) {
      script.append("      elif [[ $arguments -eq 0 ]]; then\n        ");
      script.append(offer("$(fcvm ls 2>/dev/null | awk 'NR > 1 { print $1 }')")).append('\n');
    } else if (!first.isEmpty()) {
      script.append("      elif [[ $arguments -eq 0 ]]; then\n        ");
      script.append(offer(first)).append('\n');
    }
    script.append("      fi ;;\n");
  }

  private static String offer(String words) {
    return "COMPREPLY=($(compgen -W \"" + words + "\" -- \"$cur\"))";
  }
}
