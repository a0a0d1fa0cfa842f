package fcvm.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm man`.
final class ManCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm man [COMMAND...]", "fcvm man --output DIR")
        .footer("", "Example: fcvm man logs | man -l -");
    spec.addOption(
            Option.value("DIR", "Write the pages of all commands into a directory.", "--output"))
        .addPositional(Option.trailing(0, "0..*", "COMMAND", "Whose page to print."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    String command = Raw.text(String.join(" ", Option.get(parsed, 0, List.<String>of())));
    Optional<String> output = Option.find(parsed, "--output");
    if (output.isPresent()) {
      write(Path.of(Raw.text(output.get())));
      return 0;
    }
    if (command.isEmpty()) {
      invocation.streams().print(ManPage.ofProgram());
      return 0;
    }
    Optional<Commands.Entry> entry = Commands.find(command);
    if (entry.isEmpty()) {
      List<String> names = Commands.TABLE.stream().map(Commands.Entry::name).toList();
      throw new UsageException("no command '" + command + "'" + Suggestion.phrase(command, names));
    }
    invocation.streams().print(ManPage.of(entry.get()));
    return 0;
  }

  private static void write(Path directory) throws java.io.IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("fcvm.1"), ManPage.ofProgram());
    for (Commands.Entry entry : Commands.TABLE) {
      Files.writeString(directory.resolve(ManPage.name(entry.name()) + ".1"), ManPage.of(entry));
    }
  }
}
