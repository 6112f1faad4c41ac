using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Headway.Server.Registry.Http;

/// <summary>
/// The memory that sockets are read into and written from. The web server's own has pieces of 4 KiB, so a gigabyte is a
/// quarter of a million calls into the kernel each way; these have 64 KiB. When very many are out, as when thousands of
/// clients send slowly, further ones are small, so that clients cannot take more memory than with the web server's own.
/// </summary>
public sealed class NetworkBlocks : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool();

    internal sealed class Pool : MemoryPool<byte>
    {
        public const int LargeBytes = 64 * 1024;
        public const int SmallBytes = 4 * 1024;

        /// <summary>Large ones of one pool, 16 MiB; the web server makes a pool for each processor, up to 16.</summary>
        public const int MostLarge = 256;

        private readonly ConcurrentQueue<Block> large = new();
        private readonly ConcurrentQueue<Block> small = new();
        private int largeOut;

        public override int MaxBufferSize => LargeBytes;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, LargeBytes);
            var isLarge = Interlocked.Increment(ref largeOut) <= MostLarge || minBufferSize > SmallBytes;
            if (!isLarge) Interlocked.Decrement(ref largeOut);
            var block = (isLarge ? large : small).TryDequeue(out var free) ? free : new(this, isLarge);
            block.IsOut = true;
            return block;
        }

        private void Return(Block block)
        {
            if (block.IsLarge) Interlocked.Decrement(ref largeOut);
            var free = block.IsLarge ? large : small;
            // Beyond what is commonly in use, the collector takes it.
            if (free.Count < MostLarge) free.Enqueue(block);
        }

        protected override void Dispose(bool disposing)
        {
            large.Clear();
            small.Clear();
        }

        /// <summary>Pinned, since the kernel writes into it.</summary>
        private sealed class Block(Pool pool, bool isLarge) : IMemoryOwner<byte>
        {
            public bool IsLarge => isLarge;

            public bool IsOut { get; set; }

            public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(
                GC.AllocateUninitializedArray<byte>(isLarge ? LargeBytes : SmallBytes, pinned: true), 0,
                isLarge ? LargeBytes : SmallBytes);

            public void Dispose()
            {
                if (!IsOut) return;
                IsOut = false;
                pool.Return(this);
            }
        }
    }
}
