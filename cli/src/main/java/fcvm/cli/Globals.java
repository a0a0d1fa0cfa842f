package fcvm.cli;

import fcvm.linux.Arch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// The options that every command takes, before or after its name.
///
/// @param debug whether errors come with stack traces and the guest's console is shown
/// @param progress how long work is shown
/// @param machine the emulated machine to use, if one was asked for
record Globals(boolean debug, Mode progress, Optional<Arch> machine) {
  /// How long work is shown.
  enum Mode {
    /// As bars on a terminal, else plainly.
    AUTO,
    /// As lines.
    PLAIN,
    /// Not at all.
    NONE,
    /// As one JSON object per line.
    JSON
  }

  /// Adds them to a command.
  static void describe(CommandSpec spec) {
    spec.addOption(
        OptionSpec.builder("--help")
            .type(boolean.class)
            .arity("0")
            .usageHelp(true)
            .description("Show this help.")
            .build());
    spec.addOption(Option.flag("Show stack traces and the guest's console.", "--debug"));
    spec.addOption(
        Option.choice(
            "How to show long work (default: auto, bars on a terminal only).",
            List.of("auto", "plain", "none", "json"),
            "--progress"));
    spec.addOption(
        Option.choice(
            "Use the emulated machine of this architecture (default: FCVM_MACHINE_ARCH, or native"
                + " KVM where it works).",
            List.of("amd64", "arm64"),
            "--arch"));
  }

  /// What an environment asks for.
  static Globals of(Map<String, String> environment) throws UsageException {
    String arch = environment.getOrDefault("FCVM_MACHINE_ARCH", "");
    return new Globals(false, Mode.AUTO, arch.isEmpty() ? Optional.empty() : machine(arch));
  }

  /// These, with what a command line says on top.
  Globals with(ParseResult parsed) throws UsageException {
    String mode = Option.get(parsed, "--progress", "");
    String arch = Option.get(parsed, "--arch", "");
    return new Globals(
        debug || Option.get(parsed, "--debug", false),
        mode.isEmpty() ? progress : mode(mode),
        arch.isEmpty() ? machine : machine(arch));
  }

  private static Optional<Arch> machine(String name) throws UsageException {
    try {
      return Optional.of(Arch.of(name));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static Mode mode(String name) throws UsageException {
    return switch (name) {
      case "auto" -> Mode.AUTO;
      case "plain" -> Mode.PLAIN;
      case "none" -> Mode.NONE;
      case "json" -> Mode.JSON;
      default ->
          throw new UsageException(
              "unknown progress '" + name + "': there are auto, plain, none and json");
    };
  }
}
