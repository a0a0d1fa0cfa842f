package fcvm.cli;

import java.util.List;

/// Completions for zsh: a function per command with `_arguments`, chosen by the words before it.
///
/// Source: `zshcompsys(1)`.
final class ZshCompletions {
  private ZshCompletions() {}

  static String of(List<Completion> commands) {
    StringBuilder script = new StringBuilder("#compdef fcvm\n");
    for (Completion command : commands) {
      appendFunction(script, command);
    }
    script.append(
        """
        _fcvm_vms() {
          local -a vms
          vms=(${(f)"$(fcvm ls 2>/dev/null | awk 'NR > 1 { print $1 }')"})
          _describe 'VM' vms
        }
        if [[ $funcstack[1] == _fcvm ]]; then
          _fcvm "$@" # this file is being autoloaded, to complete something at once
        else
          compdef _fcvm fcvm
        fi
        """);
    return script.toString();
  }

  private static String function(String name) {
    return name.isEmpty() ? "_fcvm" : "_fcvm_" + name.replace(' ', '_');
  }

  private static void appendFunction(StringBuilder script, Completion command) {
    script.append("%s() {%n".formatted(function(command.name())));
    if (!command.words().isEmpty()) {
      script.append("  local line state\n");
    }
    script.append("  _arguments -S");
    for (Completion.Flag flag : command.options()) {
      for (String name : flag.names()) {
        script.append(" \\\n    ").append(quoted(flag(name, flag)));
      }
    }
    if (!command.words().isEmpty()) {
      script.append(" \\\n    '1: :->command' \\\n    '*:: :->rest'\n");
      appendWords(script, command);
    } else if (command.takesVm()) {
      script.append(" \\\n    '*:VM:_fcvm_vms'\n");
    } else if (!command.arguments().isEmpty()) {
      script.append(" \\\n    ");
      script.append(quoted("1:argument:(" + String.join(" ", command.arguments()) + ")"));
      script.append('\n');
    } else {
      script.append(" \\\n    '*::argument:_default'\n");
    }
    script.append("}\n");
  }

  private static void appendWords(StringBuilder script, Completion group) {
    script.append("  case $state in\n  command)\n    local -a commands\n    commands=(\n");
    for (Completion.Word word : group.words()) {
      script.append("      %s%n".formatted(quoted(word.text() + ":" + word.summary())));
    }
    script.append("    )\n    _describe 'command' commands ;;\n  rest)\n    case $line[1] in\n");
    for (Completion.Word word : group.words()) {
      String name = group.name().isEmpty() ? word.text() : group.name() + " " + word.text();
      script.append("    %s) %s ;;%n".formatted(word.text(), function(name)));
    }
    script.append("    esac ;;\n  esac\n");
  }

  private static String flag(String name, Completion.Flag flag) {
    String text = "*" + name + "[" + flag.summary().replaceAll("[\\[\\]]", "\\\\$0") + "]";
    if (!flag.hasValue()) {
      return text;
    }
    if (!flag.values().isEmpty()) {
      return text + ":value:(" + String.join(" ", flag.values()) + ")";
    }
    return text + (flag.isFile() ? ":file:_files" : ":value:");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
