package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.VmRecord;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm kill`.
final class KillCommand extends VmsCommand {
  KillCommand() {
    super("kill");
  }

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm kill [OPTIONS] VM...");
    spec.addOption(
        Option.value(
            "SIGNAL",
            "The signal for the container's process, by name or number (default: KILL).",
            "-s",
            "--signal"));
    describeNames(spec, "Signal all that run.");
  }

  @Override
  void check(ParseResult parsed) throws UsageException {
    signal(parsed);
  }

  /// The signal as crun takes it: a number, or a name without SIG.
  static String signal(ParseResult parsed) throws UsageException {
    String text = Option.get(parsed, "--signal", "KILL").toUpperCase(Locale.ROOT);
    String name = text.startsWith("SIG") ? text.substring(3) : text;
    boolean isNumber = name.matches("[1-9]\\d?") && Integer.parseInt(name) <= 64;
    if (!isNumber && !name.matches("[A-Z][A-Z0-9]{1,8}([+-]\\d{1,2})?")) {
      throw new UsageException(
          "--signal: a name such as TERM, or a number from 1 to 64, not '" + Raw.text(text) + "'");
    }
    return name;
  }

  @Override
  int local(VmRecord vm, ParseResult parsed, Invocation invocation) throws Exception {
    if (!vm.isLiving()) {
      throw new ContainerException("VM " + vm.name() + " does not run");
    }
    Streams streams = invocation.streams();
    int code =
        GuestCommand.shell(vm, "exec crun kill \"$c\" \"$1\"", List.of(signal(parsed)))
            .run(false, InputStream.nullInputStream(), streams.err(), streams.err());
    if (code == 0) {
      streams.print(vm.name() + "\n");
    }
    return code == 0 ? 0 : ContainerException.OURS;
  }
}
