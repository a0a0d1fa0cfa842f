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
    Vms.Located found = Vms.find(invocation, Raw.text(Option.get(parsed, 0, "")));
    String name = Raw.text(Option.get(parsed, 1, ""));
    if (found.machine().isPresent()) {
      return new Forward(invocation, false, false)
          .run(
              found.machine()::orElseThrow,
              Forward.fcvm(invocation, List.of("rename", "--", found.vm().id(), Raw.of(name))));
    }
    invocation.store().rename(found.vm().id(), name);
    return 0;
  }
}
