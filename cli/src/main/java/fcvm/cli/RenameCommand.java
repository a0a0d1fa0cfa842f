package fcvm.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm rename`.
final class RenameCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage().customSynopsis("fcvm rename VM NAME");
    spec.addPositional(Option.argument(0, "VM", "Name of the VM, or how its id begins."))
        .addPositional(Option.argument(1, "NAME", "Its new name."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    String vm = Raw.text(Option.get(parsed, 0, ""));
    String name = Raw.text(Option.get(parsed, 1, ""));
    return switch (Vms.place(invocation, vm)) {
      case Vms.Here here -> {
        invocation.store().rename(here.vm().id(), name);
        yield 0;
      }
      case Vms.There there ->
          new Forward(invocation, false, false)
              .run(
                  there::machine,
                  Forward.fcvm(invocation, List.of("rename", "--", there.vm(), Raw.of(name))));
    };
  }
}
