package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DirectoriesTest extends FuseTestCase {
  record Listed(long ino, int type, long node) {}

  static Map<String, Listed> list(MockKernel kernel, long node, boolean isPlus, int size) {
    long handle = kernel.call(FUSE_OPENDIR, node, 0, 0).u64(0);
    Map<String, Listed> all = new HashMap<>();
    long offset = 0;
    while (true) {
      int opcode = isPlus ? FUSE_READDIRPLUS : FUSE_READDIR;
      MockKernel.Answer answer = kernel.call(opcode, node, handle, offset, size, 0, 0L, 0, 0);
      assertThat(answer.errno()).isZero();
      assertThat(answer.body().length).isLessThanOrEqualTo(size);
      if (answer.body().length == 0) {
        break;
      }
      ByteBuffer entries = ByteBuffer.wrap(answer.body()).order(ByteOrder.LITTLE_ENDIAN);
      while (entries.hasRemaining()) {
        long known = isPlus ? entries.getLong(entries.position()) : 0;
        entries.position(entries.position() + (isPlus ? 128 : 0));
        long ino = entries.getLong();
        offset = entries.getLong();
        byte[] name = new byte[entries.getInt()];
        int type = entries.getInt();
        entries.get(name);
        entries.position((entries.position() + 7) & -8);
        all.put(new String(name, StandardCharsets.UTF_8), new Listed(ino, type, known));
      }
    }
    kernel.call(FUSE_RELEASEDIR, node, handle, 0, 0, 0L);
    return all;
  }

  @Test
  void listsInAsManyStepsAsItTakes() throws IOException {
    List<String> names = new ArrayList<>(List.of(".", ".."));
    for (int i = 0; i < 300; i++) {
      String name = "n".repeat(1 + i % 50) + i;
      file(name, "");
      names.add(name);
    }
    assertThat(list(kernel, ROOT, false, 4096)).containsOnlyKeys(names);
    assertThat(list(kernel, ROOT, false, 1 << 20)).containsOnlyKeys(names);
    Map<String, Listed> known = list(kernel, ROOT, true, 4096);
    assertThat(known).containsOnlyKeys(names);
    String some = names.get(100);
    assertThat(known.get(some).node()).isEqualTo(kernel.lookup(ROOT, some));
    assertThat(known.get(".").node()).as("not looked up").isZero();
  }

  @Test
  void theRootHasNothingAbove() throws IOException {
    Map<String, Listed> entries = list(kernel, ROOT, false, 4096);
    assertThat(entries.get("..").ino()).isEqualTo(entries.get(".").ino());
    assertThat(unix(outside, "ino")).isNotEqualTo((int) entries.get("..").ino());
  }

  @Test
  void aFileFoundByListingCanBeUsed() throws IOException {
    Path d = Files.createDirectory(directory.resolve("d"));
    Files.writeString(d.resolve("f"), "found");
    long dir = list(kernel, ROOT, true, 4096).get("d").node();
    long f = list(kernel, dir, true, 4096).get("f").node();
    assertThat(kernel.read(kernel.open(f, O_RDONLY), 0, 10).text()).isEqualTo("found");
    Files.move(d, directory.resolve("moved"));
    assertThat(kernel.attr(f).errno()).as("through what is open").isZero();
  }

  @Test
  void aSingleFileIsAloneInItsDirectory() throws Exception {
    file("only", "content");
    file("other", "hidden");
    Passthrough shared = new Passthrough(directory, Limits.of(1));
    Selection single = new Selection(shared, List.of("only".getBytes(StandardCharsets.UTF_8)));
    try (MockKernel guest = MockKernel.mount(new FuseServer(single, FuseOptions.DEFAULT))) {
      assertThat(list(guest, ROOT, false, 4096)).containsOnlyKeys(".", "..", "only");
      assertThat(list(guest, ROOT, true, 4096)).containsOnlyKeys(".", "..", "only");
      assertThat(guest.call(FUSE_LOOKUP, ROOT, "other").u64(0)).isZero();
      MockKernel.File file = guest.create(ROOT, "only", O_RDWR, 0644);
      guest.write(file, 0, "CONTENT");
      assertThat(directory.resolve("only")).hasContent("CONTENT");
      for (MockKernel.Answer answer :
          List.of(
              guest.call(FUSE_UNLINK, ROOT, "only"),
              guest.call(FUSE_RENAME, ROOT, ROOT, "only", "x"),
              guest.call(FUSE_MKDIR, ROOT, 0755, 0, "x"),
              guest.call(FUSE_LINK, ROOT, file.node(), "x"),
              guest.call(FUSE_TMPFILE, ROOT, O_RDWR, 0644, 0, 0, "/"),
              guest.call(FUSE_CREATE, ROOT, O_RDWR, 0644, 0, 0, "x"),
              guest.setattr(ROOT, SetAttr.FATTR_MODE, 0, 0777, 0, 0))) {
        assertThat(answer.errno()).isPositive();
      }
      assertThat(directory.toFile().list()).containsExactlyInAnyOrder("only", "other");
    }
  }

  @Test
  void someNamesAreSeenAndTheOthersAreNot() throws Exception {
    file("a", "1");
    file("hidden", "2");
    Files.writeString(Files.createDirectory(directory.resolve("d")).resolve("inside"), "3");
    List<byte[]> chosen =
        Stream.of("a", "d", "none").map(name -> name.getBytes(StandardCharsets.UTF_8)).toList();
    Selection some = new Selection(new Passthrough(directory, Limits.of(1)), chosen);
    try (MockKernel guest = MockKernel.mount(new FuseServer(some, FuseOptions.DEFAULT))) {
      assertThat(list(guest, ROOT, false, 4096)).containsOnlyKeys(".", "..", "a", "d");
      long d = list(guest, ROOT, true, 4096).get("d").node();
      assertThat(list(guest, d, false, 4096)).containsOnlyKeys(".", "..", "inside");
      assertThat(guest.call(FUSE_LOOKUP, ROOT, "hidden").u64(0)).isZero();
    }
  }
}
