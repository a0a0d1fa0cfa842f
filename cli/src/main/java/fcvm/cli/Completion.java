package fcvm.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// What can follow one command or group of commands, for a shell to complete.
///
/// @param name the words after `fcvm`; empty for itself
/// @param words commands that may follow
/// @param options its options
/// @param arguments values that its first argument may have; empty if they are not known
/// @param takesVm whether its arguments are names of VMs
record Completion(
    String name, List<Word> words, List<Flag> options, List<String> arguments, boolean takesVm) {
  /// A word with what it means.
  record Word(String text, String summary) {}

  /// An option.
  ///
  /// @param names all its names
  /// @param summary what it means
  /// @param hasValue whether a value follows
  /// @param values those that it may have; empty if they are not known
  /// @param isFile whether the value is a file
  record Flag(
      List<String> names, String summary, boolean hasValue, List<String> values, boolean isFile) {}

  /// All, from the command table.
  static List<Completion> all() {
    List<Completion> all = new ArrayList<>();
    all.add(group(""));
    Commands.TABLE.stream()
        .map(Commands.Entry::name)
        .filter(name -> name.contains(" "))
        .map(name -> name.substring(0, name.indexOf(' ')))
        .distinct()
        .forEach(name -> all.add(group(name)));
    Commands.TABLE.forEach(entry -> all.add(command(entry)));
    return all;
  }

  private static Completion group(String group) {
    List<Word> words =
        Commands.words(group).stream().map(word -> new Word(word, summary(group, word))).toList();
    return new Completion(group, words, flags(Dispatch.groupSpec(group)), List.of(), false);
  }

  private static String summary(String group, String word) {
    String name = group.isEmpty() ? word : group + " " + word;
    return Commands.find(name)
        .map(Commands.Entry::summary)
        .orElseGet(() -> "Commands: " + String.join(", ", Commands.words(name)));
  }

  private static Completion command(Commands.Entry entry) {
    CommandSpec spec = entry.spec();
    List<String> arguments = List.of();
    boolean takesVm = false;
    for (PositionalParamSpec argument : spec.positionalParameters()) {
      if (argument.index().min() == 0) {
        arguments = Option.choices(argument);
        takesVm = argument.paramLabel().equals("VM");
      }
    }
    return new Completion(entry.name(), List.of(), flags(spec), arguments, takesVm);
  }

  private static List<Flag> flags(CommandSpec spec) {
    List<Flag> flags = new ArrayList<>();
    for (OptionSpec option : spec.options()) {
      String label = option.paramLabel();
      boolean isFile = label.equals("FILE") || label.equals("PATH");
      flags.add(
          new Flag(
              List.of(option.names()),
              String.join(" ", option.description()),
              option.arity().max() > 0,
              Option.choices(option),
              isFile));
    }
    return flags;
  }
}
