package fcvm.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm doctor`.
final class DoctorCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm doctor [--json]")
        .footer("", "Exit code: 0 if containers can run here, in whatever way, else 1.");
    spec.addOption(Option.flag("As one JSON object.", "--json"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    Diagnosis diagnosis = Diagnosis.of(invocation);
    invocation
        .streams()
        .print(Option.get(parsed, "--json", false) ? json(diagnosis) : text(diagnosis));
    return diagnosis.canRun() ? 0 : 1;
  }

  static String text(Diagnosis diagnosis) {
    StringBuilder text = new StringBuilder();
    for (Probe probe : diagnosis.probes()) {
      text.append(probe.status().mark()).append(' ').append(probe.name()).append(": ");
      text.append(probe.cause()).append('\n');
      if (!probe.remedy().isEmpty()) {
        text.append("    → ").append(probe.remedy()).append('\n');
      }
    }
    return text.append('\n').append(diagnosis.verdict()).append('\n').toString();
  }

  static String json(Diagnosis diagnosis) {
    return Json.of(json -> {
      json.writeStartObject();
      json.writeStringProperty("verdict", diagnosis.way().toString());
      json.writeStringProperty("summary", diagnosis.verdict());
      json.writeBooleanProperty("canRun", diagnosis.canRun());
      json.writeBooleanProperty("nested", diagnosis.nested());
      json.writeStringProperty("kvm", diagnosis.kvm());
      json.writeStringProperty("architecture", diagnosis.arch().debianName());
      json.writeName("probes");
      json.writeStartArray();
      List<Probe> probes = diagnosis.probes();
      for (Probe probe : probes) {
        json.writeStartObject();
        json.writeStringProperty("name", probe.name());
        json.writeStringProperty("status", probe.status().toString());
        json.writeStringProperty("cause", probe.cause());
        json.writeStringProperty("remedy", probe.remedy());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }
}
