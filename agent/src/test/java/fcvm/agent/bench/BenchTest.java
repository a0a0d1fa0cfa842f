package fcvm.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is done and told, on a directory of this computer; never how fast.
class BenchTest {
  private static final int TREE_FILES = Fixture.DIRECTORIES * Fixture.FILES_EACH;

  @TempDir Path directory;

  private final List<String> lines = new ArrayList<>();
  private int drops;

  @BeforeEach
  void makeFiles() throws Exception {
    new Fixture(directory).make();
  }

  private void run(Map<Place, Fixture> places, int rounds) throws InterruptedException {
    new Bench(places, List.of(Row.values()), rounds, 0, 1, () -> drops++, lines::add).run();
  }

  @Test
  void allIsWarmBeforeTheFirstRound() throws Exception {
    Fixture files = new Fixture(directory);
    run(Map.of(Place.DISK, files, Place.VIRTIOFS, files), 2);

    assertThat(lines.getLast()).isEqualTo(Measurement.DONE);
    List<Measurement> told =
        lines.stream().map(Measurement::parse).flatMap(Optional::stream).toList();
    assertThat(told).hasSize(lines.size() - 1);
    assertThat(told.stream().map(m -> m.place() + " " + m.row() + " " + m.round()))
        .doesNotHaveDuplicates()
        .hasSize(2 * Row.values().length * 3);
    int warm = 2 * Row.values().length;
    assertThat(told.subList(0, warm)).allMatch(Measurement::isWarmUp);
    assertThat(told.subList(warm, told.size())).noneMatch(Measurement::isWarmUp);
    long cold =
        Stream.of(Row.values()).filter(row -> row.pageCache().equals("dropped before")).count();
    assertThat(drops).isEqualTo((int) (2 * cold * 4)); // two of them untold
  }

  @Test
  void whatFailsIsToldAndTheRestDone() throws Exception {
    Files.delete(directory.resolve("scratch"));
    run(Map.of(Place.DISK, new Fixture(directory)), 1);

    assertThat(lines)
        .filteredOn(line -> line.startsWith(Measurement.FAILED))
        .extracting(line -> line.substring(Measurement.FAILED.length()).split(":", 2)[0])
        .containsExactly("create-unlink", "small-files");
    assertThat(lines).filteredOn(line -> line.contains("tree-walk round=1")).hasSize(1);
    assertThat(lines.getLast()).isEqualTo(Measurement.DONE);
  }

  @Test
  void workCountsWhatItDid() throws Exception {
    assertThat(work(Row.SEQUENTIAL_READ)).isEqualTo(Fixture.DATA_MIB);
    assertThat(work(Row.SEQUENTIAL_WRITE)).isEqualTo(Fixture.DATA_MIB);
    assertThat(work(Row.RANDOM_WRITE)).isEqualTo(1);
    assertThat(work(Row.READDIR)).isEqualTo(TREE_FILES);
    assertThat(work(Row.TREE_WALK)).isEqualTo(TREE_FILES);
    assertThat(work(Row.SMALL_FILES)).isEqualTo(20);
    assertThat(work(Row.CREATE_UNLINK)).isEqualTo(40);
  }

  @Test
  void workLeavesThingsAsTheyWere() throws Exception {
    for (Row row : Row.values()) {
      work(row);
    }
    Fixture files = new Fixture(directory);
    assertThat(files.scratch()).isEmptyDirectory();
    assertThat(Files.size(files.data())).isEqualTo((long) Fixture.DATA_MIB * Fixture.MIB);
  }

  private long work(Row row) throws Exception {
    try (Workload workload = Workloads.of(row, new Fixture(directory))) {
      return workload.work();
    }
  }
}
