package fcvm.cli;

import fcvm.agent.protocol.ExecRequest;
import fcvm.agent.protocol.ProtocolException;
import fcvm.container.ContainerException;
import fcvm.container.ExecClient;
import fcvm.container.Interruption;
import fcvm.container.PipeOutput;
import fcvm.container.VmRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm exec`.
final class ExecCommand implements Command {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm exec [OPTIONS] VM [--] COMMAND [ARG...]")
        .footer("", "Example: fcvm exec -it quick_otter sh");
    spec.addOption(Option.flag("Run it in the VM's own system, not in the container.", "--vm"))
        .addOption(Option.flag("Pass standard input to the command.", "-i", "--interactive"))
        .addOption(Option.flag("Give the command a terminal.", "-t", "--tty"))
        .addOption(
            Option.values(
                "NAME[=VALUE]",
                "Set a variable for the command; without a value, to what it is here.",
                "-e",
                "--env"))
        .addOption(Option.value("DIR", "Working directory.", "-w", "--workdir"))
        .addOption(Option.value("USER[:GROUP]", "User, and group.", "-u", "--user"))
        .addPositional(Option.argument(0, "VM", "Name of the VM, or how its id begins."))
        .addPositional(Option.trailing(1, "1..*", "COMMAND", "Command and arguments."));
    Option.stopAtFirstArgument(spec);
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    String name = Raw.text(Option.get(parsed, 0, ""));
    boolean interactive = Option.get(parsed, "--interactive", false);
    boolean tty = Option.get(parsed, "--tty", false);
    return switch (Vms.place(invocation, name)) {
      case Vms.Here here -> local(here.running(), parsed, invocation);
      case Vms.There there ->
          new Forward(invocation, interactive, tty)
              .run(there::machine, Forward.fcvm(invocation, arguments(parsed)));
    };
  }

  private static int local(VmRecord vm, ParseResult parsed, Invocation invocation)
      throws Exception {
    boolean interactive = Option.get(parsed, "--interactive", false);
    boolean tty = Option.get(parsed, "--tty", false);
    Foreground.checkTty(tty, invocation);
    Streams streams = invocation.streams();
    PipeOutput out = new PipeOutput(streams.out());
    PipeOutput err = new PipeOutput(streams.err());
    try (Interruption interruption = new Interruption(1, PATIENCE);
        ExecClient client = new ExecClient(vm, streams.in(), out, err)) {
      interruption.stopWith(() -> close(client));
      interruption.forwardTo(client::signal);
      try {
        Foreground foreground = new Foreground(interactive, tty);
        return foreground.run(
            interruption::signal,
            client::resize,
            () -> {
              foreground.attach();
              return client.run(request(parsed, interactive, tty));
            });
      } catch (ProtocolException e) {
        // What is sent is too long, or what came is not of our agent.
        throw new ContainerException("VM " + vm.name() + ": " + e.getMessage(), e);
      } catch (IOException e) {
        if (interruption.first() != 0) {
          return interruption.exitCode();
        }
        if (out.isBroken() || err.isBroken()) {
          return out.isBroken() ? out.exitCode() : err.exitCode();
        }
        throw new ContainerException(
            "VM " + vm.name() + " ended before the command did: " + e.getMessage(), e);
      }
    }
  }

  // `fcvm exec VM -- COMMAND` is how fcvm's users write it; the `--` is not the command.
  private static List<String> command(ParseResult parsed) {
    List<String> command = Option.get(parsed, 1, List.of());
    boolean separated = command.size() > 1 && command.getFirst().equals("--");
    return separated ? command.subList(1, command.size()) : command;
  }

  private static void close(ExecClient client) {
    try {
      client.close();
    } catch (IOException e) {
      return; // as good as closed
    }
  }

  private static ExecRequest request(ParseResult parsed, boolean interactive, boolean tty)
      throws UsageException {
    return new ExecRequest(
        Option.get(parsed, "--vm", false)
            ? ExecRequest.Target.SYSTEM
            : ExecRequest.Target.CONTAINER,
        Raw.bytes(command(parsed)),
        Raw.bytes(Variables.of(Option.get(parsed, "--env", List.of()))),
        Raw.bytes(Option.get(parsed, "--workdir", "")),
        Raw.text(Option.get(parsed, "--user", "")),
        interactive,
        tty,
        Foreground.window());
  }

  private static List<String> arguments(ParseResult parsed) throws UsageException {
    List<String> arguments = new ArrayList<>(List.of("exec"));
    for (String flag : List.of("--vm", "--interactive", "--tty")) {
      if (Option.get(parsed, flag, false)) {
        arguments.add(flag);
      }
    }
    for (String variable : Variables.of(Option.get(parsed, "--env", List.of()))) {
      arguments.addAll(List.of("--env", variable));
    }
    for (String option : List.of("--workdir", "--user")) {
      String value = Option.get(parsed, option, "");
      if (!value.isEmpty()) {
        arguments.addAll(List.of(option, value));
      }
    }
    arguments.addAll(List.of("--", Option.get(parsed, 0, "")));
    arguments.addAll(command(parsed));
    return arguments;
  }
}
