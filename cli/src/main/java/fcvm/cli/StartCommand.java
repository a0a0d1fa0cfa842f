package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.GuestFiles;
import fcvm.container.Recipe;
import fcvm.container.Stop;
import fcvm.container.VmFiles;
import fcvm.container.VmRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm start` and `fcvm restart`.
final class StartCommand extends VmsCommand {
  private final boolean again;

  /// @param again whether one that runs is stopped first
  StartCommand(boolean again) {
    super(again ? "restart" : "start");
    this.again = again;
  }

  @Override
  public void describe(CommandSpec spec) {
    String name = again ? "restart" : "start";
    spec.usageMessage()
        .customSynopsis("fcvm " + name + " [OPTIONS] VM...")
        .footer("", "The container is the same: its files are as it left them.");
    if (again) {
      StopCommand.describeTime(spec);
    }
    describeNames(spec, again ? "Restart all that run." : "Start all that have exited.");
  }

  @Override
  boolean isMeantByAll(VmRecord vm, ParseResult parsed) {
    return vm.isLiving() == again;
  }

  @Override
  void check(ParseResult parsed) throws UsageException {
    if (again) {
      StopCommand.checkTime(parsed);
    }
  }

  @Override
  int local(VmRecord vm, ParseResult parsed, Invocation invocation) throws Exception {
    if (again && vm.isLiving()) {
      if (!vm.life().isKept()) {
        throw new ContainerException(
            "VM " + vm.name() + " goes with its end, so it cannot be restarted");
      }
      new Stop(invocation.store()).stop(vm, StopCommand.patience(vm, parsed));
    }
    if (again || !vm.isLiving()) {
      start(vm, invocation);
    }
    invocation.streams().print(vm.name() + "\n");
    return 0;
  }

  private static void start(VmRecord vm, Invocation invocation)
      throws IOException, ContainerException {
    Recipe recipe = Recipe.read(VmFiles.recipe(invocation.store().directory(vm)));
    GuestFiles files = GuestFiles.parse(recipe.guestFiles());
    List<Path> needed = new ArrayList<>(List.of(files.kernel(), files.initrd(), files.rootfs()));
    files.image().ifPresent(needed::add);
    for (Path file : needed) {
      if (!Files.exists(file)) {
        throw new ContainerException(
            "VM "
                + vm.name()
                + " cannot be started again, because "
                + file
                + " is gone that it boots: remove it with fcvm rm, and run it anew");
      }
    }
    new Detached(invocation)
        .start(recipe.arguments(), recipe.directory(), vm.id(), recipe.guestFiles());
  }
}
