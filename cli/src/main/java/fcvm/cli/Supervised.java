package fcvm.cli;

import fcvm.container.GuestFiles;
import fcvm.container.Recipe;
import fcvm.container.RunOptions;
import fcvm.container.Supervisor;
import fcvm.container.image.GuestImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ParseResult;

/// `fcvm podman run --detach` in the process that stays. Its standard output is a pipe to the
/// command that started it, which is told `started ID`, or `failed CODE` and a message.
final class Supervised {
  /// The option that makes a run this.
  static final String OPTION = "--supervised";

  /// The container keeps these on its own disk; they may be secret.
  private static final Set<String> NOT_KEPT =
      Set.of(OPTION, "--env", "--env-file", "--cmd", "--entrypoint", "--health-cmd", "--timings");

  private final ParseResult parsed;
  private final Invocation invocation;

  Supervised(ParseResult parsed, Invocation invocation) {
    this.parsed = parsed;
    this.invocation = invocation;
  }

  int run(RunOptions options) throws Exception {
    GuestFiles files = RunCommand.files(options, invocation);
    String which = Option.get(parsed, OPTION, "new");
    Supervisor supervisor =
        new Supervisor(
            options,
            files,
            RunCommand.inner(options, files, invocation),
            NetworkFlags.passt(parsed),
            invocation.store(),
            which.equals("new")
                ? new Supervisor.Origin.New(recipe(files))
                : new Supervisor.Origin.Exited(which),
            new ToParent(invocation.streams()));
    try (GuestImage _ = GuestImage.hold(files.image());
        Signals _ = Signals.take(Signals.ending(), supervisor::signal)) {
      return supervisor.run();
    }
  }

  private Recipe recipe(GuestFiles files) {
    List<String> arguments = Arguments.options(parsed, NOT_KEPT);
    arguments.addAll(List.of("--", Option.get(parsed, 0, "")));
    return new Recipe(Raw.of(Path.of("").toAbsolutePath().toString()), files.line(), arguments);
  }
}
