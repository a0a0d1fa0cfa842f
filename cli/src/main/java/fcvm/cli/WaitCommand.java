package fcvm.cli;

import fcvm.container.VmRecord;
import fcvm.container.Waiting;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm wait`.
final class WaitCommand extends VmsCommand {
  WaitCommand() {
    super("wait");
  }

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm wait [OPTIONS] VM...")
        .footer("", "Prints the exit code of each VM, or -1 where there is none (yet).");
    spec.addOption(
        Option.choice("What to wait for (default: exited).", Waiting.conditions(), "--condition"));
    describeNames(spec, "Wait for all that run.");
  }

  @Override
  void check(ParseResult parsed) throws UsageException {
    condition(parsed);
  }

  private static Waiting.Condition condition(ParseResult parsed) throws UsageException {
    String text = Option.get(parsed, "--condition", "exited");
    Optional<Waiting.Condition> condition = Waiting.Condition.of(text);
    if (condition.isEmpty()) {
      throw new UsageException(
          "--condition: one of "
              + String.join(", ", Waiting.conditions())
              + ", not '"
              + Raw.text(text)
              + "'");
    }
    return condition.get();
  }

  @Override
  int local(VmRecord vm, ParseResult parsed, Invocation invocation) throws Exception {
    Waiting waiting = new Waiting(invocation.store(), vm.id());
    Waiting.Condition condition = condition(parsed);
    int[] code = {-1};
    int ended =
        Interruptible.run(() -> {
          code[0] = waiting.until(condition).orElse(-1);
          return 0;
        });
    if (ended == 0) {
      invocation.streams().print(code[0] + "\n");
    }
    return ended;
  }
}
