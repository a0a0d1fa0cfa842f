package fcvm.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// Short words for describing a command to picocli without reflection, and for asking what it
/// found.
final class Option {
  private Option() {}

  /// An option that is there or not.
  static OptionSpec flag(String help, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(boolean.class)
        .arity("0")
        .description(help)
        .build();
  }

  /// An option with a value; the last one given counts.
  static OptionSpec value(String label, String help, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(String.class)
        .paramLabel(label)
        .description(help)
        .build();
  }

  /// An option with a value out of a few.
  static OptionSpec choice(String help, List<String> values, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(String.class)
        .paramLabel(String.join("|", values))
        .completionCandidates(values)
        .description(help)
        .build();
  }

  /// An option whose value, out of a few, may be left away; if given, it follows a `=`.
  static OptionSpec optionalChoice(
      String help, List<String> values, String otherwise, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(String.class)
        .arity("0..1")
        .paramLabel(String.join("|", values))
        .completionCandidates(values)
        .fallbackValue(otherwise)
        .preprocessor((arguments, _, _, info) -> {
          if (!"=".equals(info.get("separator"))) {
            arguments.push(otherwise); // else the next argument would be taken for the value
          }
          return false;
        })
        .description(help)
        .build();
  }

  /// An option for this program's own use.
  static OptionSpec hidden(String label, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(String.class)
        .paramLabel(label)
        .hidden(true)
        .build();
  }

  /// The same, that is there or not.
  static OptionSpec hiddenFlag(String... names) {
    return OptionSpec.builder(flag("", names)).hidden(true).build();
  }

  /// The same, that may be given many times.
  static OptionSpec hiddenValues(String label, String... names) {
    return OptionSpec.builder(values(label, "", names)).hidden(true).build();
  }

  /// An option that may be given many times.
  static OptionSpec values(String label, String help, String... names) {
    return OptionSpec.builder(names[0], rest(names))
        .type(List.class)
        .auxiliaryTypes(String.class)
        .arity("1")
        .paramLabel(label)
        .description(help)
        .build();
  }

  /// An argument that must be there.
  static PositionalParamSpec argument(int index, String label, String help) {
    return PositionalParamSpec.builder()
        .index(Integer.toString(index))
        .arity("1")
        .required(true)
        .type(String.class)
        .paramLabel(label)
        .description(help)
        .build();
  }

  /// All arguments from one on; option parsing has stopped before them.
  static PositionalParamSpec trailing(int index, String arity, String label, String help) {
    return PositionalParamSpec.builder()
        .index(index + "..*")
        .arity(arity)
        .required(arity.startsWith("1"))
        .type(List.class)
        .auxiliaryTypes(String.class)
        .paramLabel(label)
        .description(help)
        .build();
  }

  private static String[] rest(String[] names) {
    return List.of(names).subList(1, names.length).toArray(String[]::new);
  }

  /// The value of an option, or a default.
  static <T> T get(ParseResult parsed, String name, T otherwise) {
    return parsed.matchedOptionValue(name, otherwise);
  }

  /// The value of an option, if it was given.
  static Optional<String> find(ParseResult parsed, String name) {
    return parsed.hasMatchedOption(name)
        ? Optional.of(parsed.matchedOptionValue(name, ""))
        : Optional.empty();
  }

  /// The value of an argument, or a default.
  static <T> T get(ParseResult parsed, int index, T otherwise) {
    return parsed.matchedPositionalValue(index, otherwise);
  }

  /// Whether an option or argument has choices that a shell can complete.
  static List<String> choices(ArgSpec argument) {
    if (argument.completionCandidates() == null) {
      return List.of();
    }
    List<String> choices = new java.util.ArrayList<>();
    argument.completionCandidates().forEach(choices::add);
    return choices;
  }

  /// Makes option parsing stop at the first argument: what follows belongs to somebody else.
  static void stopAtFirstArgument(CommandSpec spec) {
    spec.parser().stopAtPositional(true);
  }
}
