package fcvm.cli;

import fcvm.container.life.LogReader;
import fcvm.container.life.LogRecord;
import fcvm.container.life.VmEvent;
import fcvm.machine.Machine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm events`.
final class EventsCommand implements Command {
  private static final int PAUSE_MILLIS = 100;

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm events [OPTIONS]")
        .footer(
            "",
            "Events: create, start, died, restart, rename, remove, health_status. Where an emulated"
                + " machine runs, those in it.");
    spec.addOption(
            Option.value("TIME", "Begin at this time, or so long ago, as in 10m.", "--since"))
        .addOption(Option.value("TIME", "End at this time, or so long ago.", "--until"))
        .addOption(
            Option.values("KEY=VALUE", "Only these; keys: event, vm, image.", "-f", "--filter"))
        .addOption(Option.choice("How to show them.", List.of("text", "json"), "--format"))
        .addOption(Option.flag("End after those that have happened.", "--no-stream"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    Predicate<VmEvent> filter = filter(Option.get(parsed, "--filter", List.of()));
    Instant now = Instant.now();
    boolean stream = !Option.get(parsed, "--no-stream", false);
    Instant since = stream ? now : Instant.MIN;
    if (parsed.hasMatchedOption("--since")) {
      since = Span.point("--since", Option.get(parsed, "--since", ""), now);
    }
    Instant until =
        parsed.hasMatchedOption("--until")
            ? Span.point("--until", Option.get(parsed, "--until", ""), now)
            : Instant.MAX;
    List<Machine> machines = new Machines(invocation).running();
    if (!machines.isEmpty()) {
      List<String> command = new java.util.ArrayList<>(List.of("events"));
      command.addAll(Arguments.options(parsed, Set.of()));
      if (machines.size() > 1) {
        String arch = machines.getFirst().arch().debianName();
        invocation.streams().say("Events of the emulated " + arch + " machine; of others: --arch");
      }
      return new Forward(invocation, false, false)
          .run(machines::getFirst, Forward.fcvm(invocation, command));
    }
    boolean json = Option.get(parsed, "--format", "text").equals("json");
    Instant from = since;
    Predicate<LogRecord> isWanted =
        record -> !record.time().isBefore(from) && !record.time().isAfter(until);
    return Interruptible.run(() -> {
      try (LogReader log = invocation.store().events().reader()) {
        boolean more = true;
        while (more) {
          for (LogRecord record : log.rest(-1, isWanted)) {
            print(record, filter, json, invocation.streams());
          }
          more = stream && Instant.now().isBefore(until);
          Thread.sleep(more ? PAUSE_MILLIS : 0);
        }
      }
      return 0;
    });
  }

  private static void print(
      LogRecord record, Predicate<VmEvent> filter, boolean json, Streams streams)
      throws IOException {
    Optional<VmEvent> found =
        VmEvent.parse(new String(record.text(), StandardCharsets.UTF_8)).filter(filter);
    if (found.isEmpty()) {
      return;
    }
    VmEvent event = found.get();
    streams.print(
        json
            ? "{\"time\":\"" + record.time() + "\"," + event.json().substring(1) + "\n"
            : "%s %s %s (name=%s, image=%s%s)\n"
                .formatted(
                    record.time(),
                    event.what(),
                    event.id(),
                    event.name(),
                    event.image(),
                    event.detail().isEmpty() ? "" : ", " + event.detail()));
  }

  private static Predicate<VmEvent> filter(List<String> given) throws UsageException {
    Predicate<VmEvent> all = _ -> true;
    for (String filter : given) {
      String[] parts = Raw.text(filter).split("=", 2);
      String value = parts.length < 2 ? "" : parts[1];
      all =
          all.and(
              switch (parts[0]) {
                case "event" -> event -> event.what().equals(value);
                case "vm", "container" ->
                    event -> event.name().equals(value) || event.id().startsWith(value);
                case "image" -> event -> event.image().equals(value);
                default ->
                    throw new UsageException(
                        "--filter: event=…, vm=… or image=…, not '" + Raw.text(filter) + "'");
              });
    }
    return all;
  }
}
