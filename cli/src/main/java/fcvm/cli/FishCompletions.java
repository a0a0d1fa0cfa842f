package fcvm.cli;

import java.util.List;

/// Completions for fish: one `complete` per word, with a condition on the words before it.
///
/// Source: `complete(1)` of fish.
final class FishCompletions {
  private FishCompletions() {}

  static String of(List<Completion> commands) {
    StringBuilder script =
        new StringBuilder(
            """
            # fish completion for fcvm
            function __fcvm_at
              set -l words
              for word in (commandline -opc)[2..]
                string match -q -- '-*' $word; or set -a words $word
              end
              test (count $argv) -le (count $words); or return 1
              for i in (seq (count $argv))
                test "$argv[$i]" = "$words[$i]"; or return 1
              end
            end
            function __fcvm_exactly
              set -l words
              for word in (commandline -opc)[2..]
                string match -q -- '-*' $word; or set -a words $word
              end
              test "$argv" = "$words"
            end
            function __fcvm_vms
              fcvm ls 2>/dev/null | awk 'NR > 1 { print $1 }'
            end
            complete -c fcvm -f
            """);
    for (Completion command : commands) {
      append(script, command);
    }
    return script.toString();
  }

  private static void append(StringBuilder script, Completion command) {
    String exactly = ("__fcvm_exactly " + command.name()).strip();
    String at = ("__fcvm_at " + command.name()).strip();
    for (Completion.Word word : command.words()) {
      script.append(
          "complete -c fcvm -n %s -a %s -d %s%n"
              .formatted(quoted(exactly), word.text(), quoted(word.summary())));
    }
    for (String argument : command.arguments()) {
      script.append("complete -c fcvm -n %s -a %s%n".formatted(quoted(exactly), argument));
    }
    if (command.takesVm()) {
      script.append("complete -c fcvm -n %s -a '(__fcvm_vms)'%n".formatted(quoted(at)));
    }
    String condition = command.words().isEmpty() ? at : exactly;
    for (Completion.Flag flag : command.options()) {
      appendFlag(script, condition, flag);
    }
  }

  private static void appendFlag(StringBuilder script, String condition, Completion.Flag flag) {
    script.append("complete -c fcvm -n ").append(quoted(condition));
    for (String name : flag.names()) {
      script.append(
          name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (flag.hasValue()) {
      script.append(flag.isFile() ? " -r -F" : " -x");
    }
    if (!flag.values().isEmpty()) {
      script.append(" -a ").append(quoted(String.join(" ", flag.values())));
    }
    script.append(" -d ").append(quoted(flag.summary())).append('\n');
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
