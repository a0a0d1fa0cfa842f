package fcvm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.kvm.VcpuExit.Bare;
import fcvm.kvm.x86_64.Regs;
import fcvm.kvm.x86_64.Regs.Register;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Tiny guests on the real `/dev/kvm`.
@Timeout(60)
class VcpuFdTest {
  private static final String SPIN = "eb fe";

  @Test
  void portsInAllWidths() throws Exception {
    // mov dx,0x3f8; mov eax,0x12345678; out dx,al; out dx,ax; out dx,eax; in al,dx; in eax,dx; hlt
    try (TinyGuest guest = new TinyGuest("ba f803 66b8 78563412 ee ef 66ef ec 66ed f4")) {
      VcpuFd vcpu = guest.vcpu(0);
      VcpuExit.IoOut b = (VcpuExit.IoOut) vcpu.run();
      assertThat(b.port()).isEqualTo(0x3f8);
      assertThat(b.size()).isEqualTo(1);
      assertThat(b.data().get(JAVA_BYTE, 0)).isEqualTo((byte) 0x78);
      VcpuExit.IoOut w = (VcpuExit.IoOut) vcpu.run();
      assertThat(w.size()).isEqualTo(2);
      assertThat(w.data().get(JAVA_SHORT_UNALIGNED, 0)).isEqualTo((short) 0x5678);
      VcpuExit.IoOut d = (VcpuExit.IoOut) vcpu.run();
      assertThat(d.size()).isEqualTo(4);
      assertThat(d.data().get(JAVA_INT_UNALIGNED, 0)).isEqualTo(0x12345678);
      VcpuExit.IoIn in = (VcpuExit.IoIn) vcpu.run();
      assertThat(in.size()).isEqualTo(1);
      in.data().set(JAVA_BYTE, 0, (byte) 0x41);
      in = (VcpuExit.IoIn) vcpu.run();
      assertThat(Regs.of(vcpu).get(Register.RAX) & 0xff).isEqualTo(0x41);
      assertThat(in.size()).isEqualTo(4);
      in.data().set(JAVA_INT_UNALIGNED, 0, 0xcafe_f00d);
      assertThat(vcpu.run()).isEqualTo(Bare.HALTED);
      assertThat(Regs.of(vcpu).get(Register.RAX)).isEqualTo(0xcafe_f00dL);
    }
  }

  @Test
  void stringInstructionsTransferSeveralAtOnce() throws Exception {
    // mov dx,0x10; mov si,0x2000; mov cx,5; rep outsb; mov di,0x3000; mov cx,3; rep insw; hlt
    try (TinyGuest guest = new TinyGuest("ba 1000 be 0020 b9 0500 f36e bf 0030 b9 0300 f36d f4")) {
      guest.load(0x2000, "68656c6c6f");
      VcpuFd vcpu = guest.vcpu(0);
      StringBuilder written = new StringBuilder();
      VcpuExit exit = vcpu.run();
      for (; exit instanceof VcpuExit.IoOut out; exit = vcpu.run()) {
        for (long at = 0; at < out.data().byteSize(); at += out.size()) {
          written.append((char) out.data().get(JAVA_BYTE, at));
        }
      }
      assertThat(written).hasToString("hello");
      short next = 1;
      for (; exit instanceof VcpuExit.IoIn in; exit = vcpu.run()) {
        assertThat(in.size()).isEqualTo(2);
        for (long at = 0; at < in.data().byteSize(); at += in.size()) {
          in.data().set(JAVA_SHORT_UNALIGNED, at, next++);
        }
      }
      assertThat(exit).isEqualTo(Bare.HALTED);
      assertThat(guest.memory.segment().asSlice(0x3000, 6).toArray(JAVA_BYTE))
          .containsExactly(1, 0, 2, 0, 3, 0);
    }
  }

  @Test
  void mmio() throws Exception {
    // mov ax,0x2000; mov ds,ax (base 0x20000, no memory); mov al,[0x10]; mov word [0x20],0xbeef;
    // hlt
    try (TinyGuest guest = new TinyGuest("b8 0020 8ed8 a0 1000 c706 2000 efbe f4")) {
      VcpuFd vcpu = guest.vcpu(0);
      VcpuExit.MmioRead read = (VcpuExit.MmioRead) vcpu.run();
      assertThat(read.gpa()).isEqualTo(0x20010);
      assertThat(read.data().byteSize()).isEqualTo(1);
      read.data().set(JAVA_BYTE, 0, (byte) 0x77);
      VcpuExit.MmioWrite write = (VcpuExit.MmioWrite) vcpu.run();
      assertThat(write.gpa()).isEqualTo(0x20020);
      assertThat(write.data().byteSize()).isEqualTo(2);
      assertThat(write.data().get(JAVA_SHORT_UNALIGNED, 0)).isEqualTo((short) 0xbeef);
      assertThat(vcpu.run()).isEqualTo(Bare.HALTED);
      assertThat(Regs.of(vcpu).get(Register.RAX) & 0xff).isEqualTo(0x77);
    }
  }

  @Test
  void kicksFromAnotherThread() throws Exception {
    try (TinyGuest guest = new TinyGuest(SPIN)) {
      CompletableFuture<VcpuFd> made = new CompletableFuture<>();
      try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
        Future<Integer> interruptions =
            thread.submit(() -> {
              VcpuFd vcpu = guest.vcpu(0);
              made.complete(vcpu);
              int count = 0;
              while (count < 100 && vcpu.run() == Bare.INTERRUPTED) {
                count++;
              }
              return count;
            });
        VcpuFd vcpu = made.get();
        while (!interruptions.isDone()) {
          vcpu.kick();
        }
        assertThat(interruptions.get()).isEqualTo(100);
        vcpu.kick(); // its thread is not inside any more
      }
    }
  }

  @Test
  void aKickBeforeRunIsNotLost() throws Exception {
    try (TinyGuest guest = new TinyGuest(SPIN)) {
      VcpuFd vcpu = guest.vcpu(0);
      vcpu.kick();
      vcpu.kick();
      assertThat(vcpu.run()).isEqualTo(Bare.INTERRUPTED);
      vcpu.kick();
      assertThat(vcpu.run()).isEqualTo(Bare.INTERRUPTED);
    }
  }

  @Test
  void garbageIsCollectedWhileAVcpuRuns() throws Exception {
    // mov al,1; out 1,al; jmp $
    try (TinyGuest guest = new TinyGuest("b0 01 e6 01 eb fe")) {
      CountDownLatch running = new CountDownLatch(1);
      CompletableFuture<VcpuFd> made = new CompletableFuture<>();
      try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
        Future<VcpuExit> end =
            thread.submit(() -> {
              VcpuFd vcpu = guest.vcpu(0);
              made.complete(vcpu);
              vcpu.run();
              running.countDown();
              return vcpu.run();
            });
        assertThat(running.await(30, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 10; i++) {
          System.gc();
        }
        assertThat(end.isDone()).isFalse();
        made.get().kick();
        assertThat(end.get()).isEqualTo(Bare.INTERRUPTED);
      }
    }
  }

  @Test
  void twoVcpusShareMemory() throws Exception {
    // cpu 0: cmp byte [0x2000],1; jne back; hlt.  cpu 1 at 0x1100: mov byte [0x2000],1; hlt
    try (TinyGuest guest = new TinyGuest("803e 0020 01 75f9 f4")) {
      guest.load(0x1100, "c606 0020 01 f4");
      try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
        VcpuFd first = guest.vcpu(0);
        VcpuFd second = guest.vcpu(1);
        new Regs().set(Register.RIP, 0x1100).setOn(second);
        Future<VcpuExit> waiting = threads.submit(first::run);
        Future<VcpuExit> writing = threads.submit(second::run);
        assertThat(writing.get()).isEqualTo(Bare.HALTED);
        assertThat(waiting.get()).isEqualTo(Bare.HALTED);
      }
    }
  }

  @Test
  void closingIsRefusedWhileItRunsAndHarmlessTwice() throws Exception {
    try (TinyGuest guest = new TinyGuest("b0 01 e6 01 eb fe")) {
      VcpuFd vcpu = guest.vcpu(0);
      CountDownLatch running = new CountDownLatch(1);
      try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
        Future<VcpuExit> end =
            thread.submit(() -> {
              vcpu.run();
              running.countDown();
              VcpuExit exit = vcpu.run();
              return exit;
            });
        running.await();
        closeUntilRefused(vcpu, end);
        vcpu.kick();
        assertThat(end.get()).isEqualTo(Bare.INTERRUPTED);
      }
      vcpu.close();
      vcpu.close();
      vcpu.kick();
      assertThatThrownBy(vcpu::run).isInstanceOf(IllegalStateException.class).hasMessage("closed");
    }
  }

  /// The latch falls just before the second run: the first moments may be outside of it.
  private static void closeUntilRefused(VcpuFd vcpu, Future<VcpuExit> end) {
    assertThat(end.isDone()).isFalse();
    while (!vcpu.isRunning()) {
      Thread.onSpinWait();
    }
    assertThatThrownBy(vcpu::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("vCPU 0 is running: kick and join its thread first");
  }
}
