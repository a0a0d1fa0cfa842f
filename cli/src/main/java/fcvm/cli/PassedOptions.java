package fcvm.cli;

import fcvm.linux.IoReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// Options of `podman run` that mean to Podman in the guest what they mean to Podman anywhere: they
/// are passed on as they are.
final class PassedOptions {
  static final String INIT = "--init";

  private record Passed(String label, String help, boolean isRepeatable, String name) {
    boolean isFlag() {
      return label.isEmpty();
    }
  }

  private static final List<Passed> ALL =
      List.of(
          many("DIR[:OPTIONS]", "Mount a tmpfs in the container.", "--tmpfs"),
          flag("Make the container's root file system read-only.", "--read-only"),
          many("CAPABILITY", "Give the container a capability.", "--cap-add"),
          many("CAPABILITY", "Take a capability from the container.", "--cap-drop"),
          many("PATH[:PATH[:MODE]]", "Give the container a device of the VM.", "--device"),
          many("NAME=SOFT[:HARD]", "Limit a resource.", "--ulimit"),
          one("SIZE", "Size of /dev/shm.", "--shm-size"),
          flag("Run an init as process 1 that reaps and passes signals on.", INIT),
          many("NAME=VALUE", "Write an annotation on the container.", "--annotation"),
          many("NAME=VALUE", "Set a kernel parameter of the container.", "--sysctl"),
          many("OPTION", "Set a security option.", "--security-opt"),
          many("GROUP", "Add the user to a group.", "--group-add"),
          many("HOST:IP", "Add a line to the container's /etc/hosts.", "--add-host"),
          flag("Leave the image's /etc/hosts as it is.", "--no-hosts"),
          one("N", "Limit the number of processes.", "--pids-limit"),
          one("N", "How gladly the kernel kills it for memory, -1000 to 1000.", "--oom-score-adj"),
          one("SECONDS", "End the container after so long.", "--timeout"),
          one("HOW", "Volumes of the image: anonymous, tmpfs, ignore.", "--image-volume"),
          many("NAME", "Take a variable of the image away.", "--unsetenv"),
          flag("Take all variables of the image away.", "--unsetenv-all"),
          one("SIGNAL", "What stop sends (default: the image's, or TERM).", "--stop-signal"),
          one("MODE", "The container's umask.", "--umask"),
          one("ZONE", "The container's time zone.", "--tz"),
          one("COMMAND", "Check its health with this command.", "--health-cmd"),
          one("TIME", "Time between two health checks (default: 30s).", "--health-interval"),
          one("N", "Failures in a row that make it unhealthy (default: 3).", "--health-retries"),
          one("TIME", "For how long failures do not count.", "--health-start-period"),
          one("TIME", "How long a health check may take (default: 30s).", "--health-timeout"),
          flag("Do not check its health, whatever the image says.", "--no-healthcheck"));

  private PassedOptions() {}

  private static Passed flag(String help, String name) {
    return new Passed("", help, false, name);
  }

  private static Passed one(String label, String help, String name) {
    return new Passed(label, help, false, name);
  }

  private static Passed many(String label, String help, String name) {
    return new Passed(label, help, true, name);
  }

  static void describe(CommandSpec spec) {
    spec.addOption(
        Option.values("FILE", "Set variables from a file's lines NAME[=VALUE].", "--env-file"));
    for (Passed passed : ALL) {
      spec.addOption(
          passed.isFlag()
              ? Option.flag(passed.help, passed.name)
              : passed.isRepeatable
                  ? Option.values(passed.label, passed.help, passed.name)
                  : Option.value(passed.label, passed.help, passed.name));
    }
  }

  /// What was given, as Podman's arguments, raw.
  static List<String> of(ParseResult parsed) throws UsageException {
    List<String> arguments = new ArrayList<>(Mounts.passed(parsed));
    for (Passed passed : ALL) {
      if (passed.isFlag()) {
        if (Option.get(parsed, passed.name(), false)) {
          arguments.add(passed.name());
        }
      } else if (passed.isRepeatable) {
        for (String value : Option.get(parsed, passed.name(), List.<String>of())) {
          arguments.add(passed.name() + "=" + value);
        }
      } else {
        Option.find(parsed, passed.name())
            .ifPresent(value -> arguments.add(passed.name() + "=" + value));
      }
    }
    return arguments;
  }

  /// The variables of the environment: first those of files, then those that are given singly.
  static List<String> environment(ParseResult parsed) throws UsageException {
    List<String> given = new ArrayList<>();
    for (String file : Option.get(parsed, "--env-file", List.<String>of())) {
      given.addAll(lines("--env-file", file));
    }
    given.addAll(Option.get(parsed, "--env", List.of()));
    return Variables.of(given);
  }

  /// A file's lines, raw, as Podman reads them: each is taken as it is, quotes too; empty ones and
  /// comments are skipped.
  ///
  /// @param file its path, raw
  static List<String> lines(String option, String file) throws UsageException {
    try {
      return Files.readString(Path.of(Raw.text(file)), StandardCharsets.ISO_8859_1)
          .lines()
          .map(String::stripLeading)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UsageException(option + ": " + IoReason.of(e));
    }
  }
}
