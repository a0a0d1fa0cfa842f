package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Arch;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class DiagnosisTest {
  private static final Diagnosis EMULATED =
      new Diagnosis(
          Arch.ARM64,
          Diagnosis.Way.EMULATED,
          "pvm",
          true,
          List.of(
              Probe.good("processor", "x86_64"),
              Probe.warning("kvm", "a software KVM", "use another computer")));

  @Test
  void textHasCauseRemedyAndVerdict() {
    assertThat(DoctorCommand.text(EMULATED))
        .isEqualTo(
            """
            ✔ processor: x86_64
            ! kvm: a software KVM
                → use another computer

            Containers run in the emulated arm64 machine (this computer's KVM: pvm; nested \
            virtualization works in the machine).
            """);
  }

  @Test
  void jsonIsJsonAndHasTheSame() {
    String text = DoctorCommand.json(EMULATED);
    try (JsonParser json = new JsonFactory().createParser(ObjectReadContext.empty(), text)) {
      while (json.nextToken() != null) {
        // to the end: it is well-formed
      }
    }
    assertThat(text)
        .contains("\"verdict\" : \"emulated\"")
        .contains("\"canRun\" : true")
        .contains("\"nested\" : true")
        .contains("\"kvm\" : \"pvm\"")
        .contains("\"architecture\" : \"arm64\"")
        .contains("\"status\" : \"warning\"")
        .contains("\"remedy\" : \"use another computer\"");
  }

  @Test
  void onThisComputerItComesToAVerdict() throws Exception {
    Cli cli = new Cli();
    int code = cli.run("doctor", "--json");
    assertThat(code).isIn(0, 1);
    assertThat(cli.out()).contains(code == 0 ? "\"canRun\" : true" : "\"canRun\" : false");
  }
}
