package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.PipeOutput;
import fcvm.linux.IoReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Finds the command that the arguments name, runs it, and makes an exit code of how it ended.
final class Dispatch {
  private static final String WORDS = "COMMAND";

  private final PipeOutput output;
  private final Streams streams;
  private final Map<String, String> environment;
  private boolean debug;

  Dispatch(Streams streams, Map<String, String> environment) {
    this.output = new PipeOutput(streams.out());
    this.streams = new Streams(streams.in(), output, streams.err());
    this.environment = environment;
  }

  /// Runs one command.
  ///
  /// @param arguments raw
  /// @return the exit code: the command's own, or 125 if something of ours failed
  int run(List<String> arguments) {
    try {
      return group("", arguments, Globals.of(environment));
    } catch (Exception e) {
      // Whatever else went wrong after that is its doing.
      return output.isBroken() ? unwritten() : ended(e);
    }
  }

  private int unwritten() {
    try {
      return output.exitCode();
    } catch (ContainerException e) {
      return ended(e);
    }
  }

  private int ended(Exception e) {
    say(e, message(e));
    return e instanceof ContainerException failure ? failure.exitCode() : ContainerException.OURS;
  }

  private static String message(Exception e) {
    return switch (e) {
      case InterruptedException _ -> "interrupted";
      case IOException failure -> IoReason.of(failure);
      case Exception ours when ours.getClass().getPackageName().startsWith("fcvm.") ->
          String.valueOf(ours.getMessage());
      default -> e.toString(); // a bug: the message alone says little
    };
  }

  private void say(Exception e, String message) {
    streams.say("Error: " + message);
    if (debug) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      streams.say(trace.toString().stripTrailing());
    }
  }

  private int group(String group, List<String> arguments, Globals globals) throws Exception {
    CommandSpec spec = groupSpec(group);
    ParseResult parsed = parse(spec, arguments);
    Globals now = globals.with(parsed);
    debug = now.debug();
    List<String> words = Option.get(parsed, 0, List.of());
    if (group.isEmpty() && Option.get(parsed, "--version", false)) {
      return new VersionCommand().run(parsed, new Invocation(streams, environment, now));
    }
    if (parsed.isUsageHelpRequested()) {
      streams.print(usage(spec));
      return 0;
    }
    if (words.isEmpty()) {
      streams.say(usage(spec).stripTrailing());
      return ContainerException.OURS;
    }
    String name = group.isEmpty() ? words.getFirst() : group + " " + words.getFirst();
    List<String> rest = words.subList(1, words.size());
    Optional<Commands.Entry> entry = Commands.find(name);
    if (entry.isPresent()) {
      return command(entry.get(), rest, now);
    }
    if (!Commands.below(name).isEmpty()) {
      return group(name, rest, now);
    }
    throw new UsageException(
        "unknown command '"
            + Raw.text("fcvm " + name)
            + "'"
            + Suggestion.phrase(words.getFirst(), Commands.words(group)));
  }

  private int command(Commands.Entry entry, List<String> arguments, Globals globals)
      throws Exception {
    Command command = entry.command().get();
    CommandSpec spec = entry.spec(command);
    ParseResult parsed = parse(spec, arguments);
    if (parsed.isUsageHelpRequested()) {
      streams.print(usage(spec));
      return 0;
    }
    Globals now = globals.with(parsed);
    debug = now.debug();
    return command.run(parsed, new Invocation(streams, environment, now));
  }

  private static ParseResult parse(CommandSpec spec, List<String> arguments) throws UsageException {
    CommandLine line = new CommandLine(spec).setExpandAtFiles(false).setTrimQuotes(false);
    // A value may look like an option (--env -x), as in Podman.
    line.setAllowOptionsAsOptionParameters(true).setOverwrittenOptionsAllowed(true);
    try {
      return line.parseArgs(arguments.toArray(String[]::new));
    } catch (ParameterException e) {
      throw new UsageException(Raw.text(message(e, spec)) + "\nSee '" + spec.name() + " --help'.");
    }
  }

  private static String message(ParameterException e, CommandSpec spec) {
    if (e instanceof UnmatchedArgumentException unmatched && unmatched.isUnknownOption()) {
      String option = unmatched.getUnmatched().getFirst();
      String name = option.split("=", 2)[0];
      Collection<String> known = spec.optionsMap().keySet();
      return "unknown option '" + name + "'" + Suggestion.phrase(name, known);
    }
    if (e instanceof UnmatchedArgumentException unmatched) {
      return "unexpected argument '" + unmatched.getUnmatched().getFirst() + "'";
    }
    String message = String.valueOf(e.getMessage());
    return message.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + message.substring(1);
  }

  /// What `--help` prints.
  static String usage(CommandSpec spec) {
    return new CommandLine(spec).getUsageMessage(Ansi.OFF);
  }

  /// The description of a group of commands, or of all of them.
  static CommandSpec groupSpec(String group) {
    String name = group.isEmpty() ? "fcvm" : "fcvm " + group;
    CommandSpec spec = CommandSpec.create().name(name);
    StringBuilder list = new StringBuilder();
    for (Commands.Entry entry : Commands.below(group)) {
      list.append("  %-16s %s.%n".formatted(entry.name(), entry.summary()));
    }
    spec.usageMessage()
        .customSynopsis(name + " [OPTIONS] COMMAND [ARG...]")
        .description(group.isEmpty() ? "OCI containers in microVMs." : "")
        .sortOptions(false)
        .width(Commands.HELP_WIDTH)
        .footer("", "Commands:", list.toString().stripTrailing());
    Globals.describe(spec);
    if (group.isEmpty()) {
      spec.addOption(Option.flag("Show the version.", "--version"));
    }
    spec.addPositional(
        Option.trailing(0, "0..*", WORDS, "The command; see its own --help for its options."));
    Option.stopAtFirstArgument(spec);
    return spec;
  }
}
