package fcvm.cli;

import fcvm.container.HealthOptions;
import fcvm.container.LifeOptions;
import fcvm.container.life.LogWriter;
import fcvm.container.life.RestartPolicy;
import fcvm.container.life.Terms;
import fcvm.container.net.PublishedPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// The options of `podman run` that say how a run lives.
final class LifeFlags {
  /// Told by the run that sends another one into the emulated machine, where ports are others.
  private static final String PORTS = "--shown-ports";

  private static final String MAX_SIZE = "max-size=";

  private LifeFlags() {}

  static void describe(CommandSpec spec) {
    spec.addOption(
            Option.flag(
                "Run it in the background: print its id when the container runs.",
                "-d",
                "--detach"))
        .addOption(
            Option.flag(
                "With --detach, leave nothing at its end; without, nothing is ever left.", "--rm"))
        .addOption(
            Option.value(
                "POLICY",
                "With --detach, start it again at its end: no (default), on-failure[:TIMES],"
                    + " always.",
                "--restart"))
        .addOption(
            Option.values("NAME[=VALUE]", "Write a label on it, for --filter.", "-l", "--label"))
        .addOption(
            Option.values("FILE", "Write the labels of a file's lines on it.", "--label-file"))
        .addOption(
            Option.value(
                "SECONDS",
                "How long stop waits for its end, if not told otherwise.",
                StopCommand.TIMEOUT))
        .addOption(Option.hidden("PORTS", PORTS))
        .addOption(
            Option.values(
                "max-size=SIZE",
                "With --detach, bound a file of its log (default: 10m; two are kept).",
                "--log-opt"))
        .addOption(
            Option.value(
                "URL", "Check its health by this URL instead of a command.", "--health-check"));
  }

  /// What they say.
  ///
  /// @param published for the record
  static LifeOptions of(ParseResult parsed, List<PublishedPort> published) throws UsageException {
    boolean detach = Option.get(parsed, "--detach", false);
    boolean remove = Option.get(parsed, "--rm", false);
    RestartPolicy restart = restart(Option.get(parsed, "--restart", "no"));
    if (restart.kind() != RestartPolicy.Kind.NO && !detach) {
      throw new UsageException("--restart needs --detach: a foreground run ends with its command");
    }
    if (restart.kind() != RestartPolicy.Kind.NO && remove) {
      throw new UsageException("--restart and --rm exclude each other");
    }
    String ports = published.stream().map(PublishedPort::title).collect(Collectors.joining(", "));
    return new LifeOptions(
        new Terms(
            detach,
            remove || !detach,
            restart,
            StopCommand.seconds(parsed, StopCommand.TIMEOUT),
            labels(parsed),
            Option.find(parsed, PORTS).map(Raw::text).orElse(ports)),
        logBytes(Option.get(parsed, "--log-opt", List.of())),
        health(parsed));
  }

  private static RestartPolicy restart(String text) throws UsageException {
    Optional<RestartPolicy> policy = RestartPolicy.parse(text);
    if (policy.isEmpty()) {
      throw new UsageException(
          "--restart: no, on-failure[:TIMES] or always, not '" + Raw.text(text) + "'");
    }
    return policy.get();
  }

  private static Map<String, String> labels(ParseResult parsed) throws UsageException {
    List<String> given = new ArrayList<>();
    for (String file : Option.get(parsed, "--label-file", List.<String>of())) {
      given.addAll(PassedOptions.lines("--label-file", file));
    }
    given.addAll(Option.get(parsed, "--label", List.of()));
    Map<String, String> labels = new LinkedHashMap<>();
    for (String label : given) {
      String[] parts = Raw.text(label).split("=", 2);
      if (parts[0].isEmpty()) {
        throw new UsageException("--label: '" + Raw.text(label) + "' has no name");
      }
      labels.put(parts[0], parts.length > 1 ? parts[1] : "");
    }
    return labels;
  }

  private static long logBytes(List<String> given) throws UsageException {
    long bytes = LogWriter.DEFAULT_BYTES;
    for (String option : given) {
      if (!option.startsWith(MAX_SIZE)) {
        throw new UsageException("--log-opt: max-size=SIZE, not '" + Raw.text(option) + "'");
      }
      bytes = ByteSize.parse("--log-opt max-size", option.substring(MAX_SIZE.length()));
      if (bytes < LogWriter.LEAST_BYTES) {
        throw new UsageException("--log-opt: max-size is at least " + LogWriter.LEAST_BYTES);
      }
    }
    return bytes;
  }

  private static HealthOptions health(ParseResult parsed) throws UsageException {
    return new HealthOptions(
        !Option.get(parsed, "--no-healthcheck", false),
        Option.find(parsed, "--health-check").map(Raw::text),
        duration(parsed, "--health-interval"),
        duration(parsed, "--health-timeout"),
        duration(parsed, "--health-start-period"),
        retries(parsed));
  }

  private static Optional<Duration> duration(ParseResult parsed, String option)
      throws UsageException {
    Optional<String> given = Option.find(parsed, option);
    return given.isEmpty() ? Optional.empty() : Optional.of(Span.parse(option, given.get()));
  }

  private static Optional<Integer> retries(ParseResult parsed) throws UsageException {
    Optional<String> given = Option.find(parsed, "--health-retries");
    if (given.isPresent() && !given.get().matches("[1-9]\\d{0,5}")) {
      throw new UsageException("--health-retries: a number, not '" + Raw.text(given.get()) + "'");
    }
    return given.map(Integer::valueOf);
  }

  /// The same options as arguments, for the command in the emulated machine; those that Podman gets
  /// too are passed on as its own.
  static List<String> arguments(LifeOptions life) {
    Terms terms = life.terms();
    List<String> arguments = new ArrayList<>();
    if (terms.detached()) {
      arguments.add("--detach");
    }
    if (terms.remove()) {
      arguments.add("--rm");
    }
    if (terms.restart().kind() != RestartPolicy.Kind.NO) {
      arguments.addAll(List.of("--restart", terms.restart().toString()));
    }
    terms
        .stopTimeout()
        .ifPresent(time ->
            arguments.addAll(List.of(StopCommand.TIMEOUT, Long.toString(time.toSeconds()))));
    if (!terms.ports().isEmpty()) {
      arguments.addAll(List.of(PORTS, Raw.of(terms.ports())));
    }
    terms
        .labels()
        .forEach((name, value) -> arguments.addAll(List.of("--label", Raw.of(name + "=" + value))));
    if (life.logBytes() != LogWriter.DEFAULT_BYTES) {
      arguments.addAll(List.of("--log-opt", MAX_SIZE + life.logBytes()));
    }
    life.health().url().ifPresent(url -> arguments.addAll(List.of("--health-check", Raw.of(url))));
    return arguments;
  }
}
