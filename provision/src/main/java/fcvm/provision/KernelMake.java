package fcvm.provision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Builds one kernel out of Linux's source, in a directory that is thrown away afterwards.
///
/// The same inputs give the same kernel: the environment is empty but for what is set here, and the
/// kernel names neither a time nor a computer.
final class KernelMake {
  static final String RECIPE = "1";

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
          "LC_ALL", "C.UTF-8",
          "KBUILD_BUILD_TIMESTAMP", "Thu Jan  1 00:00:00 UTC 1970",
          "KBUILD_BUILD_USER", "fcvm",
          "KBUILD_BUILD_HOST", "fcvm");

  /// What Kbuild says of each thing that it makes, such as ` CC kernel/fork.o`.
  private static final Pattern MADE = Pattern.compile("  [A-Z][A-Z0-9_+-]* +\\S.*");

  private final KernelTools tools;
  private final KernelFragment fragment;
  private final KernelSource source;
  private final List<Path> patches;

  KernelMake(KernelTools tools, KernelFragment fragment, KernelSource source, List<Path> patches) {
    this.tools = tools;
    this.fragment = fragment;
    this.source = source;
    this.patches = patches;
  }

  /// Builds it.
  ///
  /// @param scratch a directory to make and to fill; the caller deletes it
  /// @param result where the kernel goes
  /// @param log takes all that was said
  /// @return the kernel's final configuration
  /// @throws ProvisionException if a patch does not apply, an option is not as asked for, or it
  ///   does not compile
  String build(Path scratch, Path result, Path log, Progress.Step step) throws IOException {
    if (scratch.toString().matches(".*[\\s:].*")) {
      throw new ProvisionException(
          "Linux cannot be built where blanks or colons are in the path, as in "
              + scratch
              + ": set FCVM_DATA_DIR to another directory");
    }
    step.progress(0, tools.steps());
    Path tree = Files.createDirectories(scratch.resolve("linux"));
    source.unpack(tree);
    try (Writer out = Files.newBufferedWriter(log)) {
      for (Path patch : patches) {
        apply(patch, tree);
      }
      String config = configure(scratch, tree, out);
      compile(tree, out, step);
      tools.finish(tree, result);
      return config;
    } catch (MakeFailed e) {
      throw new ProvisionException(
          "Linux %s did not build; all that was said is in %s\n%s"
              .formatted(source.version(), log, e.getMessage()),
          e);
    }
  }

  private void apply(Path patch, Path tree) throws IOException {
    List<String> command =
        List.of(
            "patch",
            "--strip=1",
            "--batch",
            "--forward",
            "--fuzz=0",
            "--directory=" + tree,
            "--input=" + patch);
    try {
      new Command(command).clean().with(ENVIRONMENT).run(line -> {});
    } catch (ProvisionException e) {
      throw new ProvisionException(
          "the patch %s does not apply to Linux %s: %s"
              .formatted(patch, source.version(), e.getMessage()),
          e);
    }
  }

  private String configure(Path scratch, Path tree, Writer log) throws IOException {
    Path wanted = scratch.resolve("fragment.config");
    Files.writeString(wanted, fragment.text());
    // A tree that somebody works in has things built otherwise.
    make(tree, log, line -> {}, "mrproper");
    make(tree, log, line -> {}, "KCONFIG_ALLCONFIG=" + wanted, "allnoconfig");
    make(tree, log, line -> {}, "olddefconfig");
    String config = Files.readString(tree.resolve(".config"));
    List<String> unmet = fragment.unmet(config);
    if (!unmet.isEmpty()) {
      throw new ProvisionException(
          "the configuration of Linux %s is not what was asked for:\n  %s"
              .formatted(source.version(), String.join("\n  ", unmet)));
    }
    return config;
  }

  private void compile(Path tree, Writer log, Progress.Step step) throws IOException {
    int[] made = {0};
    make(
        tree,
        log,
        line -> {
          if (MADE.matcher(line).matches()) {
            made[0]++;
            step.progress(Math.min(made[0], tools.steps()), tools.steps());
          }
        },
        "-j" + Runtime.getRuntime().availableProcessors(),
        tools.target());
  }

  /// make has failed, and the log says why.
  private static final class MakeFailed extends IOException {
    private static final long serialVersionUID = 1;

    MakeFailed(ProvisionException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private void make(Path tree, Writer log, Consumer<String> lines, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("make", "--directory=" + tree));
    command.addAll(tools.makeArguments());
    command.addAll(List.of(arguments));
    try {
      new Command(command)
          .clean()
          .with(ENVIRONMENT)
          .asGroup()
          .run(line -> {
            write(log, line);
            lines.accept(line);
          });
    } catch (ProvisionException e) {
      throw new MakeFailed(e);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void write(Writer log, String line) {
    try {
      log.write(line + "\n");
      log.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
