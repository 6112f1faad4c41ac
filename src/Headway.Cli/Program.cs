Console.WriteLine("headway");
