package fcvm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.container.ContainerException;
import fcvm.container.VmRecord;
import fcvm.container.VmRecord.Status;
import fcvm.container.life.Life;
import fcvm.container.life.RestartPolicy;
import fcvm.container.life.Terms;
import fcvm.linux.ProcessIdentity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VmFormatTest {
  private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

  private static VmRecord vm(String id, String name, Status status, Optional<Integer> code) {
    Life life =
        Life.on(
                new Terms(
                    true,
                    false,
                    RestartPolicy.NO,
                    Optional.of(Duration.ofSeconds(30)),
                    Map.of("app", "shop"),
                    "127.0.0.1:8080->80/tcp"))
            .begun(NOW.minusSeconds(3600));
    return new VmRecord(
        id,
        name,
        "localhost/busybox:latest",
        new ProcessIdentity(1, 2, "boot"),
        NOW.minusSeconds(3600),
        status,
        2,
        1024,
        Path.of("/run/vsock"),
        code.isPresent() ? life.ended(NOW.minusSeconds(60), code, "") : life);
  }

  private static final VmRecord WEB = vm("0123456789ab", "web", Status.RUNNING, Optional.empty());
  private static final VmRecord DB = vm("0123ff000000", "db", Status.EXITED, Optional.of(3));

  private static Vms.Located here(VmRecord vm) {
    return new Vms.Located(vm, Optional.empty());
  }

  @Test
  void aRecordComesBackFromItsJson() throws Exception {
    assertThat(VmRecord.parse(WEB.json())).isEqualTo(WEB);
    assertThat(VmRecord.parse(DB.json())).isEqualTo(DB);
  }

  @Test
  void aTemplateIsFilledIn() throws Exception {
    String template = "{{.ID}}\\t{{ .Names }} {{json .Image}} {{.status}} {{.Labels}}";
    assertThat(ListCommand.lines(new Template(template), List.of(here(WEB), here(DB)), NOW))
        .isEqualTo(
            """
            0123456789ab\tweb "localhost/busybox:latest" Up 60m app=shop
            0123ff000000\tdb "localhost/busybox:latest" Exited (3) 60s ago app=shop
            """);
    assertThat(
            ListCommand.lines(
                new Template("table {{.Names}}\\t{{.State}}"), List.of(here(DB)), NOW))
        .isEqualTo("NAMES  STATE\ndb     exited\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{.Nmae}}", "{{range .}}", "{{json}}"})
  void whatATemplateCannotBeIsSaid(String template) {
    assertThatThrownBy(() -> new Template(template).line(VmFields.of(here(WEB), NOW)))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--format: ");
  }

  @ParameterizedTest
  @CsvSource({
    "status=running, web",
    "status=exited, db",
    "name=^w, web",
    "id=0123f, db",
    "exited=3, db",
    "label=app, web db",
    "label=app=x, ''",
    "ancestor=localhost/busybox, web db",
    "health=none, web db",
    "restart-policy=always, ''",
    "name=w name=d, web db",
    "name=w status=exited, ''",
    "label=app label=none, ''",
  })
  void filtersLetThrough(String filters, String names) throws Exception {
    assertThat(
            List.of(WEB, DB).stream()
                .filter(VmFilter.of(List.of(filters.split(" "))))
                .map(VmRecord::name))
        .isEqualTo(names.isEmpty() ? List.of() : List.of(names.split(" ")));
  }

  @ParameterizedTest
  @CsvSource({
    "nmae=x, did you mean 'name'",
    "name, KEY=VALUE",
    "status=on, no status",
    "name=(, regular"
  })
  void otherFiltersAreRefused(String filter, String said) {
    assertThatThrownBy(() -> VmFilter.of(List.of(filter)))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(said);
  }

  @Test
  void aNameOrTheBeginningOfAnIdMeansOne() throws Exception {
    List<Vms.Located> vms = List.of(here(WEB), here(DB));
    assertThat(Vms.one(vms, "web").vm()).isEqualTo(WEB);
    assertThat(Vms.one(vms, "0123f").vm()).isEqualTo(DB);
    assertThatThrownBy(() -> Vms.one(vms, "0123"))
        .isInstanceOf(ContainerException.class)
        .hasMessageContaining("more than one VM")
        .hasMessageContaining("web")
        .hasMessageContaining("db");
    for (String none : List.of("", "we", "9")) {
      assertThatThrownBy(() -> Vms.one(vms, none)).hasMessageContaining("no VM with name or id");
    }
  }
}
